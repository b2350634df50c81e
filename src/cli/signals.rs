//! Signals that end the program: they do, once what would be left over has gone, unless a run listens to them.

#[cfg(unix)]
use std::sync::atomic::{AtomicI32, AtomicU8, Ordering};

/// Who heeds signals now.
#[cfg(unix)]
static HEEDED: AtomicU8 = AtomicU8::new(BY_TIDYING);
#[cfg(unix)]
const BY_TIDYING: u8 = 0;
/// A listener is about to be there: what comes is kept for it.
#[cfg(unix)]
const SOON: u8 = 1;
#[cfg(unix)]
const BY_LISTENER: u8 = 2;
/// The signal that came while a listener was about to be there; 0 for none.
#[cfg(unix)]
static KEPT: AtomicI32 = AtomicI32::new(0);

/// Has files that nobody will ask for go if a signal ends the program, which it does as if nothing were caught. Signals that
/// whoever started the program wants to be ignored, as `nohup` does, stay so.
#[cfg(unix)]
pub fn tidy_up() {
    use dateline::inner::leftovers;

    extern "C" fn end(signal: libc::c_int) {
        match HEEDED.load(Ordering::SeqCst) {
            // Nobody listens to that one.
            _ if signal == libc::SIGHUP => leftovers::end(signal),
            BY_TIDYING => leftovers::end(signal),
            SOON => KEPT.store(signal, Ordering::SeqCst),
            // It is called before the listener, which does what is to be done.
            _ => {}
        }
    }

    leftovers::watch();
    for signal in [libc::SIGINT, libc::SIGTERM, libc::SIGHUP] {
        if !is_ignored(signal) {
            set(signal, end as *const () as libc::sighandler_t, libc::SA_RESETHAND);
        }
    }
}

/// Calls `heed` with the number of each signal that asks for an end, in a thread of its own, instead of what [`tidy_up`] has
/// them do. Those that whoever started the program wants to be ignored stay so: shells ignore interrupts for what scripts run
/// in the background.
#[cfg(unix)]
pub fn listen(mut heed: impl FnMut(i32) + Send + 'static) -> std::io::Result<()> {
    use signal_hook::iterator::Signals;

    let heeded: Vec<i32> = [libc::SIGINT, libc::SIGTERM].into_iter().filter(|&signal| !is_ignored(signal)).collect();
    // At no time would a signal end the program with its files left over.
    HEEDED.store(SOON, Ordering::SeqCst);
    let mut signals = Signals::new(heeded)?;
    HEEDED.store(BY_LISTENER, Ordering::SeqCst);
    let mut first: Vec<i32> = signals.pending().collect();
    let kept = KEPT.swap(0, Ordering::SeqCst);
    if kept != 0 && !first.contains(&kept) {
        first.push(kept);
    }
    let listen = move || {
        first.into_iter().for_each(&mut heed);
        signals.forever().for_each(&mut heed);
    };
    std::thread::Builder::new().name("signals".to_owned()).spawn(listen)?;
    Ok(())
}

/// Whether a signal is ignored.
#[cfg(unix)]
fn is_ignored(signal: libc::c_int) -> bool {
    // SAFETY: the struct is plain, valid when it is zero, and outlives the call.
    unsafe {
        let mut now: libc::sigaction = std::mem::zeroed();
        libc::sigaction(signal, std::ptr::null(), &raw mut now) != 0 || now.sa_sigaction == libc::SIG_IGN
    }
}

/// Sets what a signal does.
#[cfg(unix)]
fn set(signal: libc::c_int, handler: libc::sighandler_t, flags: libc::c_int) {
    // SAFETY: the struct is plain, valid when it is zero, and outlives the calls. The handlers of this file do nothing but what
    // handlers may: they go through memory that is never freed, have files removed, and raise a signal.
    unsafe {
        let mut then: libc::sigaction = std::mem::zeroed();
        then.sa_sigaction = handler;
        then.sa_flags = flags;
        libc::sigemptyset(&raw mut then.sa_mask);
        libc::sigaction(signal, &raw const then, std::ptr::null_mut());
    }
}

/// Elsewhere, only interrupts of the commands that listen to them are caught.
#[cfg(not(unix))]
pub fn tidy_up() {
    dateline::inner::leftovers::watch();
}

/// Calls `heed` at each interrupt from the keyboard, by the number that it has on other systems.
#[cfg(not(unix))]
pub fn listen(mut heed: impl FnMut(i32) + Send + 'static) -> Result<(), ctrlc::Error> {
    const INTERRUPT: i32 = 2;
    ctrlc::set_handler(move || heed(INTERRUPT))
}
