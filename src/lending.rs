//! Things that are dear to make, lent to threads.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Things that are dear to make, each lent to one thread at a time.
pub struct Lending<T> {
    state: Mutex<Lent<T>>,
    /// Told when one is given back, or lost.
    freed: Condvar,
    /// After so many uses of each, another one is worth making.
    uses_of_each: usize,
    /// More are never made.
    most: usize,
}

struct Lent<T> {
    idle: Vec<T>,
    /// How many there are, idle or not.
    made: usize,
    /// How often one was asked for.
    uses: usize,
}

impl<T> Lending<T> {
    /// With a first one. Another is made after so many uses of each, and `most` at most.
    pub fn new(first: T, uses_of_each: usize, most: usize) -> Self {
        let state = Mutex::new(Lent { idle: vec![first], made: 1, uses: 0 });
        Self { state, freed: Condvar::new(), uses_of_each, most }
    }

    /// Uses an idle one, or one that `make` makes if that is worth it, or the first that is given back.
    ///
    /// # Errors
    ///
    /// If `make` fails.
    pub fn with<R, E>(&self, make: impl FnOnce() -> Result<T, E>, run: impl FnOnce(&mut T) -> R) -> Result<R, E> {
        // Until it is given back: whether making or running fails or panics, nobody waits for it.
        let mut taken = Taken { from: self, one: None };
        let one = match self.take() {
            Some(one) => one,
            None => make()?,
        };
        Ok(run(taken.one.insert(one)))
    }

    /// An idle one; `None` if one is to be made.
    fn take(&self) -> Option<T> {
        let mut state = self.state();
        state.uses += 1;
        loop {
            if let Some(one) = state.idle.pop() {
                return Some(one);
            }
            let is_worth_it = state.made < self.most && state.uses > state.made * self.uses_of_each;
            if state.made == 0 || is_worth_it {
                state.made += 1;
                return None;
            }
            state = self.freed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn state(&self) -> MutexGuard<'_, Lent<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One that is in use.
struct Taken<'l, T> {
    from: &'l Lending<T>,
    one: Option<T>,
}

impl<T> Drop for Taken<'_, T> {
    fn drop(&mut self) {
        let mut state = self.from.state();
        match self.one.take() {
            Some(one) => state.idle.push(one),
            None => state.made -= 1,
        }
        self.from.freed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::thread;
    use std::time::Duration;

    use super::Lending;

    /// Uses one on each of two threads, so often, and says how many were made beside the first.
    fn made(times: usize) -> usize {
        let (lending, made) = (Lending::new((), 10, 8), AtomicUsize::new(0));
        let make = || {
            made.fetch_add(1, Ordering::Relaxed);
            Ok::<(), Infallible>(())
        };
        let work =
            || (0..times).for_each(|_| lending.with(make, |()| thread::sleep(Duration::from_millis(1))).unwrap());
        thread::scope(|scope| {
            scope.spawn(work);
            scope.spawn(work);
        });
        made.into_inner()
    }

    #[test]
    fn another_one_is_made_when_it_is_worth_it() {
        assert_eq!(made(4), 0, "eight uses of one");
        assert_eq!(made(100), 1, "no more than there are threads");
    }

    #[test]
    fn nobody_waits_for_what_is_lost() {
        let lending = Lending::new(1, 1, 8);
        let panicked = thread::scope(|scope| {
            scope.spawn(|| lending.with(|| Ok::<_, Infallible>(2), |_| panic!("while it is used"))).join().is_err()
        });
        assert!(panicked);
        // What was being used is there again; what could not be made isn't.
        assert_eq!(lending.with(|| Err("not made"), |one| *one), Ok(1));
        let nested = lending.with(|| Err("not made"), |_| lending.with(|| Err("not made"), |one| *one));
        assert_eq!(nested, Ok(Err("not made")));
        assert_eq!(lending.with(|| Err("not made"), |one| *one), Ok(1));
    }
}
