//! The gazetteer inside the binary: opening it and looking names up, in names a second.
//!
//! Every lookup goes over a sample of real names in random order, the same on every run. Each bench checks first that
//! the names are found as it says.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use dateline::inner::gazetteer::name::fold;
use dateline::inner::gazetteer::{Candidate, Fold, Gazetteer, GazetteerPlace};

/// Names in each sample.
const NAMES: usize = 10_000;

fn embedded() -> Gazetteer {
    Gazetteer::embedded().expect("the embedded gazetteer is sound")
}

/// Numbers that look random, the same on every run (xorshift64).
fn numbers() -> impl Iterator<Item = usize> {
    std::iter::successors(Some(0x2545_f491_4f6c_dd1d_u64), |&x| {
        let x = x ^ (x << 13);
        let x = x ^ (x >> 7);
        Some(x ^ (x << 17))
    })
    .map(|x| (x >> 16) as usize)
}

/// Names made of places drawn at random, with the place that each was made of.
fn sample<'g>(
    gazetteer: &'g Gazetteer,
    name: impl Fn(GazetteerPlace<'g>, usize) -> Option<String>,
) -> Vec<(String, GazetteerPlace<'g>)> {
    let places: Vec<GazetteerPlace<'_>> = gazetteer.places().collect();
    let drawn = numbers().map(|number| (places[number % places.len()], number / places.len()));
    drawn.filter_map(|(place, number)| Some((name(place, number)?, place))).take(NAMES).collect()
}

/// The share of the names that find their own place by such a match.
fn found(
    names: &[(String, GazetteerPlace<'_>)],
    lookup: impl Fn(&str) -> Vec<Candidate>,
    is: impl Fn(Fold) -> bool,
) -> f64 {
    let own = |(name, place): &&(String, GazetteerPlace<'_>)| {
        lookup(name).iter().any(|candidate| candidate.place == place.index && is(candidate.fold))
    };
    names.iter().filter(own).count() as f64 / names.len() as f64
}

fn open(c: &mut Criterion) {
    let mut group = c.benchmark_group("gazetteer");
    assert!(!embedded().lookup("Mosul").is_empty());
    group.bench_function("open and look up one name", |b| b.iter(|| embedded().lookup(black_box("Mosul")).len()));
}

fn look_up(c: &mut Criterion) {
    let gazetteer = embedded();
    let lookup = |name: &str| gazetteer.lookup(name);

    let exact = sample(&gazetteer, |place, _| Some(place.name.to_owned()));
    assert!(found(&exact, lookup, |fold| fold == Fold::Exact) == 1.0);
    let folded = sample(&gazetteer, |place, _| {
        let lower = place.name.to_lowercase();
        (lower != place.name).then_some(lower)
    });
    assert!(found(&folded, lookup, |fold| fold <= Fold::Folded) == 1.0);
    let loose = sample(&gazetteer, |place, number| match number % 3 {
        0 => Some(format!("the {}", place.name)),
        1 => Some(format!("{}’s", place.name)),
        _ => Some(format!("City of {}", place.name)),
    });
    assert!(found(&loose, lookup, |fold| fold <= Fold::Loose) > 0.95);
    let missing = sample(&gazetteer, |place, _| {
        let reversed: String = place.name.chars().rev().collect();
        gazetteer.lookup(&reversed).is_empty().then_some(reversed)
    });
    let mut samples = vec![("exact", exact), ("folded", folded), ("loose", loose), ("missing", missing)];
    // Files of the first version have no skeletons.
    if gazetteer.info().version > 1 {
        let transliterated = sample(&gazetteer, |place, _| {
            let name = fold(place.name).replace("ay", "ei").replace('q', "k").replace('i', "e").replace("iy", "y");
            let is_found = |found: &Candidate| found.place == place.index && found.fold == Fold::Transliterated;
            gazetteer.lookup(&name).iter().any(is_found).then_some(name)
        });
        samples.push(("transliterated", transliterated));
    }

    let mut group = c.benchmark_group("gazetteer");
    group.throughput(Throughput::Elements(NAMES as u64)).sample_size(20);
    for (kind, names) in &samples {
        group.bench_with_input(BenchmarkId::new("look up", kind), names, |b, names| {
            b.iter(|| names.iter().map(|(name, _)| gazetteer.lookup(black_box(name)).len()).sum::<usize>())
        });
    }
}

fn look_up_fuzzy(c: &mut Criterion) {
    let gazetteer = embedded();
    // A letter other than the first is left out, or exchanged with the next.
    let misspelt = sample(&gazetteer, |place, number| {
        let mut letters: Vec<char> = place.name.chars().collect();
        let position = 1 + number % letters.len().checked_sub(2).filter(|&positions| positions > 0)?;
        match number % 2 {
            0 => drop(letters.remove(position)),
            _ => letters.swap(position, position + 1),
        }
        let misspelt: String = letters.into_iter().collect();
        let letters = fold(&misspelt).chars().filter(|&c| c != ' ').count();
        (letters > 4 && gazetteer.lookup(&misspelt).is_empty()).then_some(misspelt)
    });
    let lookup = |name: &str| gazetteer.lookup_fuzzy(name);
    assert!(found(&misspelt, lookup, |fold| matches!(fold, Fold::Fuzzy { distance: 1 })) > 0.95);

    let mut group = c.benchmark_group("gazetteer");
    group.throughput(Throughput::Elements(NAMES as u64)).sample_size(10);
    group.bench_with_input(BenchmarkId::new("look up", "fuzzy"), &misspelt, |b, names| {
        b.iter(|| names.iter().map(|(name, _)| gazetteer.lookup_fuzzy(black_box(name)).len()).sum::<usize>())
    });
}

criterion_group!(benches, open, look_up, look_up_fuzzy);
criterion_main!(benches);
