//! `dateline model`: looks into a model before it is used.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use clap::{Args, Subcommand};
use dateline::inner::builder;
use dateline::inner::clock::Clock;
use dateline::inner::external::find_runtime;
use dateline::inner::mention::{Kind, Mention};
use dateline::inner::model_files::{ModelFiles, ModelKind};
use dateline::inner::ner::recogniser::{About, Recogniser, Request};
use dateline::inner::onnx;
use rayon::prelude::*;
use serde_json::json;

use super::args::model::{ModelArgs, named};
use super::args::runtime::RuntimeArgs;
use super::args::threads::ThreadArgs;
use super::outcome::Outcome;
use super::terminal::{print, printable, say};

/// The arguments of `dateline model`.
#[derive(Args)]
pub struct ModelCommandArgs {
    #[command(subcommand)]
    command: ModelCommand,
}

#[derive(Subcommand)]
enum ModelCommand {
    /// Says what a model is, how it is read, how fast it is, and what is wrong with it
    Check(CheckArgs),
}

/// The arguments of `dateline model check`.
#[derive(Args)]
struct CheckArgs {
    /// A model folder, one .onnx file of a folder, or hf:OWNER/NAME [default: the model of --model, or the built-in one]
    #[arg(value_name = "FOLDER|FILE|hf:OWNER/NAME")]
    folder: Option<PathBuf>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    model: ModelArgs,
    #[command(flatten)]
    runtime: RuntimeArgs,
    #[command(flatten)]
    threads: ThreadArgs,
}

/// What the model is tried on: names that every model knows that reads the language.
const SENTENCES: [&str; 3] = [
    "Angela Merkel met officials of the United Nations in Mosul on Monday, Reuters reported from Paris.",
    "Lionel Messi viajó de Buenos Aires a Madrid, según la Cruz Roja.",
    "زار محمد صلاح مدينة بيروت يوم الاثنين.",
];

/// How long its speed is measured.
const MEASURED: Duration = Duration::from_secs(2);

/// Documents that are read at a time meanwhile, for each thread.
const DOCUMENTS: usize = 8;

/// Runs `dateline model`.
pub fn run(args: &ModelCommandArgs) -> anyhow::Result<Outcome> {
    let ModelCommand::Check(args) = &args.command;
    check(args)
}

/// What a check finds.
struct Checked {
    files: ModelFiles,
    about: About,
    onnx_runtime: String,
    /// Of each sentence, the names that were found.
    found: Vec<Vec<Mention>>,
    words_per_second: f64,
    threads: usize,
    /// Bytes of memory that the process has taken at most, and before the model was loaded, where the system tells.
    memory: Option<(u64, u64)>,
    notes: Vec<String>,
}

fn check(args: &CheckArgs) -> anyhow::Result<Outcome> {
    let model = match &args.folder {
        Some(folder) => named(folder)?,
        None => args.model.model()?,
    };
    let pool = builder::pool(args.threads.count())?;
    let mut runtime = args.runtime.options();
    runtime.build = builder::runtime_build(args.model.device()).unwrap_or(runtime.build);
    let found = find_runtime(&runtime, &mut |event| say(&event.to_string()))?;
    onnx::start(&found)?;
    let files = model.files(&args.model.hub(runtime.offline), &mut |event| say(&event.to_string()))?;
    let before = memory();
    let threads = pool.current_num_threads();
    let recogniser = pool.install(|| {
        builder::recogniser(files.clone(), &args.model.options()?, threads, 0).map_err(anyhow::Error::from)
    })?;
    let read = SENTENCES.map(|text| Request { text, min_score: args.model.min_score(), stop: None });
    let found_names = pool.install(|| recogniser.recognise(&read, &Clock::default()));
    let found_names = found_names.into_iter().map(|found| Ok(found?.mentions)).collect::<anyhow::Result<Vec<_>>>()?;
    let words_per_second = pool.install(|| words_per_second(&*recogniser));
    let mut checked = Checked {
        about: recogniser.about(),
        onnx_runtime: found.version.to_string(),
        words_per_second,
        threads,
        memory: memory().zip(before),
        notes: recogniser.notes(),
        found: found_names,
        files,
    };
    checked.notes.extend(checked.doubts());
    print(&if args.json { checked.json()? } else { checked.pretty() })?;
    Ok(Outcome::Done)
}

/// How many words a second the model reads on all threads.
fn words_per_second(recogniser: &dyn Recogniser) -> f64 {
    let text = SENTENCES.join(" ").repeat(10);
    let words = text.split_whitespace().count();
    let requests = vec![Request { text: &text, min_score: None, stop: None }; DOCUMENTS * rayon::current_num_threads()];
    // The first runs make sessions.
    requests.par_iter().with_max_len(1).for_each(|request| {
        recogniser.recognise(std::slice::from_ref(request), &Clock::default());
    });
    let begun = Instant::now();
    let mut read = 0;
    while begun.elapsed() < MEASURED {
        recogniser.recognise(&requests, &Clock::default());
        read += requests.len() * words;
    }
    read as f64 / begun.elapsed().as_secs_f64()
}

/// Bytes of memory that the process has taken at most.
fn memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    peak.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok().map(|kilobytes| kilobytes * 1024)
}

impl Checked {
    /// What may be wrong.
    fn doubts(&self) -> Vec<String> {
        let mut doubts = Vec::new();
        if self.found.iter().all(Vec::is_empty) {
            doubts.push(
                "no name was found in the three sentences; expected some: the tokenizer may be that of another model, or the model \
                 reads another language or finds other things"
                    .to_owned(),
            );
        }
        if self.files.kind == ModelKind::TokenClassification
            && !self.about.types.iter().any(|(_, label)| label == "LOC")
        {
            doubts.push(
                "none of its types is one of places, so that nothing is placed; --map TYPE=LOC says which one is"
                    .to_owned(),
            );
        }
        doubts
    }

    fn kind(&self) -> String {
        match self.files.kind {
            ModelKind::TokenClassification => format!("token classification ({})", self.about.architecture),
            ModelKind::Gliner => format!("GLiNER ({})", self.about.architecture),
        }
    }

    fn pretty(&self) -> String {
        let mut out = String::new();
        let mut line = |name: &str, value: &str| {
            let _ = writeln!(out, "{name:<12} {}", printable(value));
        };
        line("model", &self.files.network);
        line("kind", &self.kind());
        line("inputs", &self.about.inputs.join(", "));
        line("outputs", &self.about.outputs.join(", "));
        line("words", &self.about.words);
        line("windows", &self.about.windows);
        line("names begin", &self.about.begins);
        for (n, (kind, label)) in self.about.types.iter().enumerate() {
            line(if n == 0 { "labels" } else { "" }, &format!("{kind} → {label}"));
        }
        for (n, (text, mentions)) in SENTENCES.iter().zip(&self.found).enumerate() {
            line(if n == 0 { "self-test" } else { "" }, text);
            let names = mentions.iter().map(|mention| {
                let kind = mention.kind.map_or_else(String::new, |kind| format!(" ({})", kind.name()));
                format!("{} {}{kind} {:.2}", mention.span.of(text), mention.label, mention.score)
            });
            let names: Vec<String> = names.collect();
            line("", &if names.is_empty() { "  nothing".to_owned() } else { format!("  {}", names.join("; ")) });
        }
        let threads = if self.threads == 1 { "1 thread".to_owned() } else { format!("{} threads", self.threads) };
        line(
            "speed",
            &format!(
                "{:.0} words a second on {}, {threads}, ONNX Runtime {}",
                self.words_per_second, self.about.device, self.onnx_runtime
            ),
        );
        if let Some((peak, before)) = self.memory {
            line("memory", &format!("{} MB, {} MB before the model was loaded", peak / 1_000_000, before / 1_000_000));
        }
        for note in &self.notes {
            line("note", note);
        }
        if self.notes.is_empty() {
            line("note", "nothing is wrong with it");
        }
        out
    }

    fn json(&self) -> anyhow::Result<String> {
        let sentence = |(text, mentions): (&&str, &Vec<Mention>)| {
            let names: Vec<_> = mentions
                .iter()
                .map(|mention| {
                    json!({
                        "text": mention.span.of(text),
                        "label": mention.label.name(),
                        "type": mention.kind.map(Kind::name),
                        "score": mention.score,
                    })
                })
                .collect();
            json!({"text": text, "entities": names})
        };
        let report = json!({
            "model": self.files.network,
            "kind": match self.files.kind {
                ModelKind::TokenClassification => "token classification",
                ModelKind::Gliner => "GLiNER",
            },
            "architecture": self.about.architecture,
            "inputs": self.about.inputs,
            "outputs": self.about.outputs,
            "words": self.about.words,
            "windows": self.about.windows,
            "names_begin": self.about.begins,
            "types": self.about.types.iter().map(|(kind, label)| json!({"type": kind, "label": label})).collect::<Vec<_>>(),
            "self_test": SENTENCES.iter().zip(&self.found).map(sentence).collect::<Vec<_>>(),
            "words_per_second": self.words_per_second.round(),
            "threads": self.threads,
            "device": self.about.device,
            "onnx_runtime": self.onnx_runtime,
            "memory_bytes": self.memory.map(|(peak, _)| peak),
            "notes": self.notes,
        });
        Ok(serde_json::to_string_pretty(&report)? + "\n")
    }
}
