//! `dateline eval geo`: places found against those that people have marked.

mod args;
mod features;
mod report;
mod scoring;
mod system;

use std::path::PathBuf;

use anyhow::Context as _;
use dateline::inner::atomic::AtomicFile;
use dateline::inner::eval::toponyms;

pub use self::args::GeoArgs;
use self::args::Spans;
use self::system::System;
use crate::cli::outcome::Outcome;
use crate::cli::terminal::{cannot_write, explanation, print, refuse_output_over, say};

/// Runs `dateline eval geo`.
pub fn run(args: &GeoArgs) -> anyhow::Result<Outcome> {
    anyhow::ensure!(
        args.peers.is_none() || args.spans == Spans::Found,
        "--peers: other systems' outputs are on the spans that they found; expected --spans found"
    );
    args.threads.start()?;
    let create = |path: &Option<PathBuf>| {
        let create = |path: &PathBuf| {
            refuse_output_over(path, &[&args.corpora[..], &args.places.inputs()].concat())?;
            Ok::<_, anyhow::Error>((path.clone(), AtomicFile::create(path).with_context(|| cannot_write(path))?))
        };
        path.as_ref().map(create).transpose()
    };
    let (mut listed, mut features) = (create(&args.misses)?, create(&args.features)?);
    let mut system = None;
    let (mut done, mut failed) = (0, 0);
    for path in &args.corpora {
        let articles = match toponyms::read(path) {
            Ok(articles) => articles,
            Err(error) => {
                say(&explanation(&error.into()));
                failed += 1;
                continue;
            }
        };
        let system = match &system {
            Some(system) => system,
            None => system.insert(System::open(args)?),
        };
        let (report, peers_failed) = scoring::score(path, articles, args, system, &mut listed, &mut features)?;
        print(&if args.json { report.json()? } else { report.pretty() })?;
        failed += peers_failed;
        done += 1;
    }
    for (path, file) in [listed, features].into_iter().flatten().filter(|_| done > 0) {
        file.commit().with_context(|| cannot_write(&path))?;
    }
    Ok(match (done, failed) {
        (0, _) => Outcome::NothingDone,
        (_, 0) => Outcome::Done,
        _ => Outcome::SomeFailed,
    })
}
