//! Whether there is a standard output.
//!
//! Before `main`, the standard library puts `/dev/null` in the place of a standard output that is closed, so that no file
//! that is opened later takes its number. What is written there is lost without an error. So it is looked at earlier still,
//! by a function that the system's loader runs.

use std::io;

/// Whether standard output was closed when the process began.
#[cfg(unix)]
static CLOSED: std::sync::atomic::AtomicBool = std::sync::atomic::AtomicBool::new(false);

#[cfg(unix)]
extern "C" fn look() {
    // SAFETY: asks for the flags of a descriptor, whether or not there is one of this number.
    let flags = unsafe { libc::fcntl(libc::STDOUT_FILENO, libc::F_GETFD) };
    CLOSED.store(flags == -1, std::sync::atomic::Ordering::Relaxed);
}

// SAFETY: the section holds pointers to functions without arguments that the loader calls before `main`; this one needs
// nothing of the standard library that is not there yet.
#[cfg(unix)]
#[used]
#[cfg_attr(target_vendor = "apple", unsafe(link_section = "__DATA,__mod_init_func"))]
#[cfg_attr(not(target_vendor = "apple"), unsafe(link_section = ".init_array"))]
static BEFORE_MAIN: extern "C" fn() = look;

/// Standard output, for something that is to be written to it.
///
/// # Errors
///
/// If it was closed when the process began.
pub fn check() -> io::Result<()> {
    #[cfg(unix)]
    if CLOSED.load(std::sync::atomic::Ordering::Relaxed) {
        return Err(io::Error::from_raw_os_error(libc::EBADF));
    }
    Ok(())
}
