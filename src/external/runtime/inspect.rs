//! Whether a file is an ONNX Runtime, and one that is new enough: it is loaded and asked.

use std::ffi::{CStr, OsStr, c_char, c_void};
use std::path::Path;

use libloading::Library;

use super::version::{API_VERSION, OLDEST, Version};
use crate::external::fault::FileFault;
use crate::message::one_line;

/// Why a file cannot serve as ONNX Runtime. Displays as what follows "it" in a sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotARuntime {
    /// It cannot be read, or is not the library that was published.
    #[error(transparent)]
    File(#[from] FileFault),
    /// The system's loader refuses it.
    #[error("cannot be loaded as a shared library ({})", one_line(.why))]
    NotLoadable {
        /// What the loader says.
        why: String,
    },
    /// A shared library, but another one.
    #[error("is not ONNX Runtime (it has no OrtGetApiBase)")]
    NoEntryPoint,
    /// An ONNX Runtime whose version cannot be read.
    #[error("gives its version as {text:?}, which is not one of ONNX Runtime's")]
    UnknownVersion {
        /// The version as it gives it.
        text: String,
    },
    /// An ONNX Runtime without the version of the C API that is needed.
    #[error("is ONNX Runtime {version}, and {OLDEST} or newer (API {API_VERSION}) is needed")]
    TooOld {
        /// Its version.
        version: Version,
    },
}

/// Loads the library and gives its version, if it is an ONNX Runtime that is new enough.
///
/// Loading runs the library's initialisers. One that passes stays loaded, since it is about to be used; one that does
/// not is unloaded. A relative path is relative to the working directory.
///
/// # Errors
///
/// What is wrong with it.
pub fn inspect(path: &Path) -> Result<Version, NotARuntime> {
    let metadata = std::fs::metadata(path).map_err(FileFault::from)?;
    if !metadata.is_file() {
        return Err(FileFault::NotAFile.into());
    }
    // A bare file name would send the loader to the system's folders.
    let path = std::path::absolute(path).map_err(FileFault::from)?;
    let library = load(path.as_os_str()).map_err(|why| NotARuntime::NotLoadable { why: why_not(&why) })?;
    inspect_loaded(library)
}

/// As [`inspect`], for a library that the system's loader finds by its file name; `None` if it finds none.
pub(super) fn inspect_system(name: &str) -> Result<Option<Version>, NotARuntime> {
    match load(OsStr::new(name)) {
        Ok(library) => inspect_loaded(library).map(Some),
        Err(why) => {
            let why = why_not(&why);
            // One that is there but lacks a library of its own is named in the message by that other library.
            if is_absence(&why, name) { Ok(None) } else { Err(NotARuntime::NotLoadable { why }) }
        }
    }
}

fn load(path: &OsStr) -> Result<Library, libloading::Error> {
    // SAFETY: loading runs the library's initialisers. The file is one that the user names, that the user has installed
    // as ONNX Runtime for the system's loader, or that is pinned by its hash; it is trusted as far as they are.
    unsafe { Library::new(path) }
}

/// What the system says about a library that does not load, without what `libloading` adds.
fn why_not(error: &libloading::Error) -> String {
    match std::error::Error::source(error) {
        Some(source) => source.to_string(),
        None => error.to_string(),
    }
}

/// Whether the loader's message says that there is no file of this name.
fn is_absence(why: &str, name: &str) -> bool {
    if cfg!(windows) {
        // ERROR_MOD_NOT_FOUND, which Windows also gives where a library of the library's own is missing.
        return why.contains("os error 126");
    }
    let why = why.to_ascii_lowercase();
    let about_name = why.starts_with(&format!("{name}:")) || why.contains(&format!("library {name}:"));
    let on_macos = why.contains(&format!("dlopen({name},"));
    (about_name || on_macos) && why.contains("no such file")
}

/// The head of ONNX Runtime's C API, which has kept this layout since its first release.
#[repr(C)]
struct OrtApiBase {
    get_api: unsafe extern "system" fn(version: u32) -> *const c_void,
    get_version_string: unsafe extern "system" fn() -> *const c_char,
}

type OrtGetApiBase = unsafe extern "system" fn() -> *const OrtApiBase;

fn inspect_loaded(library: Library) -> Result<Version, NotARuntime> {
    // SAFETY: the type is that of the function of this name in ONNX Runtime's C API; no other library has one.
    let get_api_base =
        unsafe { library.get::<OrtGetApiBase>(c"OrtGetApiBase") }.map_err(|_| NotARuntime::NoEntryPoint)?;
    // SAFETY: it takes nothing and may be called at any time; it gives null or a table that lives as long as the
    // library is loaded, which `library` sees to until the end of this function.
    let base = unsafe { get_api_base().as_ref() }.ok_or(NotARuntime::NoEntryPoint)?;
    // SAFETY: as above.
    let text = unsafe { (base.get_version_string)() };
    if text.is_null() {
        return Err(NotARuntime::NoEntryPoint);
    }
    // SAFETY: not null, and ends with a zero byte; it too lives as long as the library is loaded.
    let text = unsafe { CStr::from_ptr(text) }.to_string_lossy();
    let version = Version::parse(&text).ok_or_else(|| NotARuntime::UnknownVersion { text: text.into_owned() })?;
    // The version goes first: an older release writes a complaint to stderr when it is asked for an API it lacks.
    let old = (version.major, version.minor) < (1, API_VERSION);
    // SAFETY: as above; any number may be asked for, and one that is not known gives null.
    if old || unsafe { (base.get_api)(API_VERSION) }.is_null() {
        return Err(NotARuntime::TooOld { version });
    }
    // To unload it only for it to be loaded again would cost another 10 ms.
    std::mem::forget(library);
    Ok(version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_library_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(inspect(&folder.path().join("none.so")), Err(FileFault::Missing.into()));
        assert_eq!(inspect(folder.path()), Err(FileFault::NotAFile.into()));
        let text = folder.path().join("libonnxruntime.so");
        std::fs::write(&text, "not\na library\n").unwrap();
        assert_eq!(inspect(&text.join("below")), Err(FileFault::Missing.into()));
        let why = inspect(&text).unwrap_err();
        assert!(matches!(why, NotARuntime::NotLoadable { .. }), "{why:?}");
        assert!(!why.to_string().contains('\n'));
    }

    #[test]
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    fn another_library_is_refused() {
        assert_eq!(inspect_system("libm.so.6"), Err(NotARuntime::NoEntryPoint));
        let maps = std::fs::read_to_string("/proc/self/maps").unwrap();
        let libc = maps.split_whitespace().find(|word| word.ends_with("libc.so.6")).unwrap();
        assert_eq!(inspect(Path::new(libc)), Err(NotARuntime::NoEntryPoint));
    }

    #[test]
    fn a_name_that_the_loader_does_not_know_is_absent() {
        assert_eq!(inspect_system("libdateline-has-no-such-library.so.7"), Ok(None));
    }

    #[test]
    fn absence_is_told_from_a_missing_dependency() {
        let name = "libonnxruntime.so";
        let glibc = "cannot open shared object file: No such file or directory";
        if !cfg!(windows) {
            assert!(is_absence(&format!("{name}: {glibc}"), name));
            assert!(!is_absence(&format!("libcudart.so.12: {glibc}"), name));
            assert!(!is_absence(&format!("{name}: invalid ELF header"), name));
            assert!(is_absence(&format!("Error loading shared library {name}: No such file or directory"), name));
        }
    }
}
