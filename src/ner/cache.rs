//! Windows that were just seen: agencies' reports are printed many times over, and pages share their boilerplate.
//!
//! A model gives the same for the same window, whatever stands around it, so the cache changes no result.

use std::sync::atomic::{AtomicU64, Ordering};

use quick_cache::Weighter;
use quick_cache::sync::Cache;

use super::window::Window;
use crate::onnx::Logits;

/// The logits of a bounded number of tokens.
pub(super) struct WindowCache {
    logits: Cache<Box<[u64]>, Logits, Tokens>,
    hits: AtomicU64,
    misses: AtomicU64,
}

impl WindowCache {
    /// A cache of so many windows of a size in tokens; where they are shorter, of more. One of 128 takes about 6 kB.
    pub fn new(windows: usize, tokens: usize) -> Self {
        let capacity = (windows as u64).saturating_mul(tokens as u64);
        Self {
            logits: Cache::with_weighter(windows, capacity, Tokens),
            hits: AtomicU64::new(0),
            misses: AtomicU64::new(0),
        }
    }

    /// What the model gives for a window, by `run` if it isn't known.
    pub fn get<E>(&self, window: &Window, run: impl FnOnce() -> Result<Logits, E>) -> Result<Logits, E> {
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

/// All that the model sees of a window.
fn key(window: &Window) -> Vec<u64> {
    window.ids.iter().zip(&window.case_ids).map(|(&id, &case)| (id as u64) << 8 | case as u64).collect()
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    fn window(ids: &[i64], case_ids: &[i64]) -> Window {
        Window { ids: ids.to_vec(), case_ids: case_ids.to_vec(), tokens: Vec::new(), leading: 0, owned: 0..0 }
    }

    #[test]
    fn what_was_seen_is_not_run_again() {
        let cache = WindowCache::new(100, 8);
        let get = |window: &Window, value: f32| {
            cache.get(window, || Ok::<_, Infallible>(Logits::from_elem((1, 1), value))).unwrap()[[0, 0]]
        };
        assert_eq!(get(&window(&[5, 6], &[1, 2]), 1.0), 1.0);
        assert_eq!(get(&window(&[5, 6], &[1, 2]), 2.0), 1.0);
        // Other case, other ids, other length.
        assert_eq!(get(&window(&[5, 6], &[1, 1]), 3.0), 3.0);
        assert_eq!(get(&window(&[5, 7], &[1, 2]), 4.0), 4.0);
        assert_eq!(get(&window(&[5], &[1]), 5.0), 5.0);
        assert_eq!(cache.counts(), CacheCounts { hits: 1, misses: 4 });
    }

    #[test]
    fn failures_are_not_kept() {
        let cache = WindowCache::new(1, 8);
        assert_eq!(cache.get(&window(&[1], &[1]), || Err("broken")), Err("broken"));
        assert!(cache.get(&window(&[1], &[1]), || Ok::<_, &str>(Logits::zeros((1, 1)))).is_ok());
    }

    #[test]
    fn it_does_not_grow() {
        let cache = WindowCache::new(50, 1);
        for id in 0..5_000 {
            cache.get(&window(&[id], &[1]), || Ok::<_, Infallible>(Logits::zeros((1, 1)))).unwrap();
        }
        assert!(cache.logits.len() <= 50, "{}", cache.logits.len());
    }
}
