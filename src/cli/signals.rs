//! Signals that end the program: they do, once what would be left over has gone.

/// Has files that nobody will ask for go if a signal ends the program, which it does as if nothing were caught. Signals that
/// whoever started the program wants to be ignored, as `nohup` does, stay so.
#[cfg(unix)]
pub fn tidy_up() {
    use dateline::inner::leftovers;

    extern "C" fn end(signal: libc::c_int) {
        leftovers::end(signal);
    }

    leftovers::watch();
    for signal in [libc::SIGINT, libc::SIGTERM, libc::SIGHUP] {
        // SAFETY: both structs are plain, valid when they are zero, and outlive the calls. The handler does nothing but what
        // handlers may: it goes through memory that is never freed, has files removed, and raises a signal.
        unsafe {
            let mut now: libc::sigaction = std::mem::zeroed();
            if libc::sigaction(signal, std::ptr::null(), &raw mut now) != 0 || now.sa_sigaction == libc::SIG_IGN {
                continue;
            }
            let mut then: libc::sigaction = std::mem::zeroed();
            then.sa_sigaction = end as *const () as libc::sighandler_t;
            then.sa_flags = libc::SA_RESETHAND;
            libc::sigemptyset(&raw mut then.sa_mask);
            libc::sigaction(signal, &raw const then, std::ptr::null_mut());
        }
    }
}

/// Elsewhere, only interrupts of the commands that listen to them are caught.
#[cfg(not(unix))]
pub fn tidy_up() {
    dateline::inner::leftovers::watch();
}
