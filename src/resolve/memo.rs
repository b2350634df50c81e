//! Values that are dear to make and large to keep: so many are remembered as there is room for, those asked for lately.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::Hash;
use std::rc::Rc;

/// Remembers values by their keys, up to a weight.
///
/// There are two generations. What is asked for is in the young one; where that is full, the old one goes and the young one is
/// the old. A value that is forgotten is made again: what comes out is the same whether it was known or not.
pub struct Memo<K, V> {
    /// With the weight of each.
    young: HashMap<K, (Rc<V>, usize)>,
    old: HashMap<K, (Rc<V>, usize)>,
    /// Of the young.
    weight: usize,
    most: usize,
}

impl<K: Eq + Hash, V> Memo<K, V> {
    /// One that holds values of the weight `most` in each generation, and one more.
    pub fn new(most: usize) -> Self {
        Self { young: HashMap::new(), old: HashMap::new(), weight: 0, most }
    }

    /// The value of a key, by `make` if it isn't known, which gives its weight as well.
    pub fn get<Q>(&mut self, key: &Q, make: impl FnOnce() -> (V, usize)) -> Rc<V>
    where
        K: Borrow<Q>,
        Q: Eq + Hash + ToOwned<Owned = K> + ?Sized,
    {
        if let Some((value, _)) = self.young.get(key) {
            return Rc::clone(value);
        }
        let (value, weight) = self.old.remove(key).unwrap_or_else(|| {
            let (value, weight) = make();
            (Rc::new(value), weight)
        });
        if self.weight + weight > self.most {
            self.old = std::mem::take(&mut self.young);
            self.weight = 0;
        }
        self.weight += weight;
        self.young.insert(key.to_owned(), (Rc::clone(&value), weight));
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_stays_and_the_rest_goes() {
        let mut memo = Memo::new(10);
        let mut made = Vec::new();
        for key in (0..40).flat_map(|key| [0, key]) {
            let value = memo.get(&key, || {
                made.push(key);
                (key * 2, 1)
            });
            assert_eq!(*value, key * 2);
            assert!(memo.young.len() + memo.old.len() <= 20);
        }
        assert_eq!(made, (0..40).collect::<Vec<_>>(), "0 was asked for all the time");
        memo.get(&1, || {
            made.push(1);
            (2, 1)
        });
        assert_eq!(made.len(), 41, "1 was forgotten");
    }
}
