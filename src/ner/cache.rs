//! Windows that were just seen: agencies' reports are printed many times over, and pages share their boilerplate.
//!
//! A model gives the same for the same window, whatever stands around it, so the cache changes no result.

use std::sync::atomic::{AtomicU64, Ordering};

use quick_cache::Weighter;
use quick_cache::sync::Cache;

use super::network::{Inputs, Logits};

/// The logits of a bounded number of tokens.
pub struct WindowCache {
    logits: Cache<Box<[u64]>, Logits, Tokens>,
    hits: AtomicU64,
    misses: AtomicU64,
}

impl WindowCache {
    /// A cache of so many windows of a size in tokens; where they are shorter, of more. One of 128 takes about 5 kB.
    pub fn new(windows: usize, tokens: usize) -> Self {
        let capacity = (windows as u64).saturating_mul(tokens as u64);
        Self {
            logits: Cache::with_weighter(windows, capacity, Tokens),
            hits: AtomicU64::new(0),
            misses: AtomicU64::new(0),
        }
    }

    /// What the model gives for a window, by `run` if it isn't known.
    pub fn get<E>(&self, window: Inputs<'_>, run: impl FnOnce() -> Result<Logits, E>) -> Result<Logits, E> {
        let key = key(window);
        if let Some(logits) = self.logits.get(&key[..]) {
            self.hits.fetch_add(1, Ordering::Relaxed);
            return Ok(logits);
        }
        self.misses.fetch_add(1, Ordering::Relaxed);
        let logits = run()?;
        self.logits.insert(key.into_boxed_slice(), logits.clone());
        Ok(logits)
    }

    /// How many windows were known, and how many were not.
    pub fn counts(&self) -> CacheCounts {
        CacheCounts { hits: self.hits.load(Ordering::Relaxed), misses: self.misses.load(Ordering::Relaxed) }
    }
}

/// Weighs windows by their tokens.
#[derive(Clone)]
struct Tokens;

impl Weighter<Box<[u64]>, Logits> for Tokens {
    fn weight(&self, key: &Box<[u64]>, _: &Logits) -> u64 {
        key.len() as u64
    }
}

/// How many windows were known to a cache.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CacheCounts {
    /// Windows that were.
    pub hits: u64,
    /// Windows that the model had to read.
    pub misses: u64,
}

/// All that the model sees of a window: of each token its id, its case, and whether its logits are wanted.
fn key(window: Inputs<'_>) -> Vec<u64> {
    let token = |(&id, &case): (&i64, &i64)| (id as u64) << 9 | (case as u64) << 1;
    let mut key: Vec<u64> = window.ids.iter().zip(window.case_ids).map(token).collect();
    for &at in window.word_positions {
        key[at as usize] |= 1;
    }
    key
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    fn window<'w>(ids: &'w [i64], case_ids: &'w [i64], word_positions: &'w [i64]) -> Inputs<'w> {
        Inputs { ids, case_ids, word_positions }
    }

    #[test]
    fn what_was_seen_is_not_run_again() {
        let cache = WindowCache::new(100, 8);
        let get = |window: Inputs<'_>, value: f32| {
            cache.get(window, || Ok::<_, Infallible>(Logits::from_elem((1, 1), value))).unwrap()[[0, 0]]
        };
        assert_eq!(get(window(&[5, 6], &[1, 2], &[0]), 1.0), 1.0);
        assert_eq!(get(window(&[5, 6], &[1, 2], &[0]), 2.0), 1.0);
        // Other case, other ids, other length, other tokens wanted.
        assert_eq!(get(window(&[5, 6], &[1, 1], &[0]), 3.0), 3.0);
        assert_eq!(get(window(&[5, 7], &[1, 2], &[0]), 4.0), 4.0);
        assert_eq!(get(window(&[5], &[1], &[0]), 5.0), 5.0);
        assert_eq!(get(window(&[5, 6], &[1, 2], &[1]), 6.0), 6.0);
        assert_eq!(cache.counts(), CacheCounts { hits: 1, misses: 5 });
    }

    #[test]
    fn failures_are_not_kept() {
        let cache = WindowCache::new(1, 8);
        assert_eq!(cache.get(window(&[1], &[1], &[0]), || Err("broken")), Err("broken"));
        assert!(cache.get(window(&[1], &[1], &[0]), || Ok::<_, &str>(Logits::zeros((1, 1)))).is_ok());
    }

    #[test]
    fn it_does_not_grow() {
        let cache = WindowCache::new(50, 1);
        for id in 0..5_000 {
            cache.get(window(&[id], &[1], &[0]), || Ok::<_, Infallible>(Logits::zeros((1, 1)))).unwrap();
        }
        assert!(cache.logits.len() <= 50, "{}", cache.logits.len());
    }
}
