//! `dateline tag`: documents in, annotations out.

use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;

use anyhow::Context as _;
use clap::builder::FalseyValueParser;
use clap::{Args, ValueEnum};
use dateline::annotation::{Annotation, JsonOptions};
use dateline::atomic::AtomicFile;
use dateline::corpus::reader::{self, InputKind, ReadError, Source};
use dateline::corpus::tagged;
use dateline::corpus::writer::{AnnotationWriter, Json, Jsonl};
use dateline::document::{Document, OffsetUnit};
use dateline::ner::ModelError;
use dateline::ner::decode::Mention;
use dateline::resolve::Resolver;
use dateline::tagger::{self, Tagger};
use rayon::prelude::*;

use super::pretty::Pretty;
use super::{
    CANNOT_PRINT, ModelArgs, Outcome, PlacesArgs, ResolutionArgs, RuntimeArgs, ThreadArgs, cannot_write,
    refuse_output_over, say,
};

/// The arguments of `dateline tag`.
#[derive(Args)]
#[command(after_help = "Examples:
  dateline tag article.txt
  dateline tag articles.jsonl --output tagged.jsonl
  dateline tag - --input jsonl < articles.jsonl
  dateline tag tagged.jsonl --place-only --gazetteer my.gaz --output placed.jsonl

Exit status: 0 all done, 1 some documents failed and are listed, 2 nothing could be done.")]
pub struct TagArgs {
    /// Text files, .jsonl files, or - for standard input
    #[arg(value_name = "PATH", default_value = "-")]
    paths: Vec<PathBuf>,
    /// What the inputs hold [default: by the ending of the name; standard input is text]
    #[arg(long, value_name = "KIND", env = "DATELINE_INPUT")]
    input: Option<InputArg>,
    /// The form of the output [default: pretty on a terminal, or else jsonl]
    #[arg(long, value_name = "FORMAT", env = "DATELINE_FORMAT")]
    format: Option<Format>,
    /// Write to this file, which is there only once it is complete
    #[arg(long, short, value_name = "FILE", env = "DATELINE_OUTPUT")]
    output: Option<PathBuf>,
    /// Only tag: put no places on the globe
    #[arg(long, env = "DATELINE_NO_PLACES", value_parser = FalseyValueParser::new())]
    no_places: bool,
    /// Only find the places anew: inputs are JSONL that this command wrote with the text and the same --offsets, and their
    /// names are taken as they are. No model is loaded: --model and ONNX Runtime play no part
    #[arg(
        long,
        env = "DATELINE_PLACE_ONLY",
        value_parser = FalseyValueParser::new(),
        conflicts_with_all = ["no_places", "min_score"]
    )]
    place_only: bool,
    /// Leave the text out of the JSON
    #[arg(long, env = "DATELINE_NO_TEXT", value_parser = FalseyValueParser::new())]
    no_text: bool,
    /// Give the distances between the places in the JSON
    #[arg(long, env = "DATELINE_DISTANCES", value_parser = FalseyValueParser::new())]
    distances: bool,
    /// Tell why each place was chosen: the best candidates of each name with what speaks for them
    #[arg(long, env = "DATELINE_EXPLAIN", value_parser = FalseyValueParser::new())]
    explain: bool,
    /// The unit of start and end in the JSON
    #[arg(long, value_name = "UNIT", default_value = "codepoints", env = "DATELINE_OFFSETS")]
    offsets: Offsets,
    #[command(flatten)]
    threads: ThreadArgs,
    #[command(flatten)]
    model: ModelArgs,
    #[command(flatten)]
    places: PlacesArgs,
    #[command(flatten)]
    resolution: ResolutionArgs,
    #[command(flatten)]
    runtime: RuntimeArgs,
}

#[derive(Clone, Copy, ValueEnum)]
enum InputArg {
    /// One document a file
    Text,
    /// One JSON object a line with "text" and, if known, "id", "title", "date", "source", "url"
    Jsonl,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people: the text with its names marked, the places, the distances
    Pretty,
    /// One JSON object with all documents
    Json,
    /// A JSON object a line, one for each document
    Jsonl,
}

#[derive(Clone, Copy, ValueEnum)]
enum Offsets {
    /// Unicode code points, as in Python
    Codepoints,
    /// Bytes, as in Rust and Go
    Utf8,
    /// UTF-16 units, as in JavaScript and Java
    Utf16,
}

impl From<Offsets> for OffsetUnit {
    fn from(offsets: Offsets) -> Self {
        match offsets {
            Offsets::Codepoints => Self::CodePoints,
            Offsets::Utf8 => Self::Utf8,
            Offsets::Utf16 => Self::Utf16,
        }
    }
}

/// Documents that are tagged together: this many, or as many as have this many bytes of text.
const CHUNK: (usize, usize) = (64, 1 << 20);

/// Tags all documents of all inputs, in order.
pub fn run(args: &TagArgs) -> anyhow::Result<Outcome> {
    args.threads.start()?;
    if let Some(output) = &args.output {
        refuse_output_over(output, &[&args.paths[..], &args.places.inputs()].concat())?;
    }
    if args.paths.iter().any(|path| path.as_os_str() == "-") && io::stdin().is_terminal() {
        say("reading standard input; end it with Ctrl-D");
    }
    let kind = args.input.map(|input| match input {
        InputArg::Text => InputKind::Text,
        InputArg::Jsonl => InputKind::Jsonl,
    });
    let sources = args.paths.iter().map(|path| Source::from(path.clone())).collect::<Vec<_>>();
    let (place_only, offsets) = (args.place_only, args.offsets.into());
    let inputs = sources.into_iter().flat_map(move |source| read(&source, kind, place_only, offsets));

    let mut run = Run { args, worker: None, output: None, done: 0, failed: 0 };
    for chunk in (Chunks { inputs }) {
        run.chunk(chunk)?;
    }
    run.finish()
}

/// A document, with its mentions if they are known.
type Input = (Document, Vec<Mention>);

/// The inputs of a source, as they are or as tagging wrote them.
fn read(
    source: &Source,
    kind: Option<InputKind>,
    place_only: bool,
    offsets: OffsetUnit,
) -> Box<dyn Iterator<Item = Result<Input, ReadError>>> {
    if place_only {
        tagged::read(source, kind, offsets)
    } else {
        Box::new(reader::read(source, kind).map(|read| read.map(|document| (document, Vec::new()))))
    }
}

/// Groups of inputs of a bounded size.
struct Chunks<I> {
    inputs: I,
}

impl<I: Iterator<Item = Result<Input, ReadError>>> Iterator for Chunks<I> {
    type Item = Vec<Result<Input, ReadError>>;

    fn next(&mut self) -> Option<Self::Item> {
        let (mut chunk, mut bytes) = (Vec::new(), 0);
        while chunk.len() < CHUNK.0 && bytes < CHUNK.1 {
            let Some(input) = self.inputs.next() else { break };
            bytes += input.as_ref().map_or(0, |(document, _)| document.text.len());
            chunk.push(input);
        }
        (!chunk.is_empty()).then_some(chunk)
    }
}

/// What makes annotations of inputs.
enum Worker {
    /// Finds names and places.
    Tagger(Box<Tagger>),
    /// Finds the places of known names.
    Resolver(Box<Resolver>),
}

impl Worker {
    fn open(args: &TagArgs) -> anyhow::Result<Self> {
        let resolver = || args.resolution.open(&args.places, args.explain);
        if args.place_only {
            return Ok(Self::Resolver(Box::new(resolver()?)));
        }
        let resolver = if args.no_places { None } else { Some(resolver()?) };
        args.runtime.start()?;
        Ok(Self::Tagger(Box::new(Tagger::new(args.model.open()?, resolver))))
    }

    fn annotate(&self, inputs: Vec<Input>) -> Vec<Result<Annotation, ModelError>> {
        match self {
            Self::Tagger(tagger) => tagger.tag_all(inputs.into_iter().map(|(document, _)| document).collect()),
            Self::Resolver(resolver) => inputs
                .into_par_iter()
                .map(|(document, mentions)| Ok(tagger::place(resolver, document, mentions)))
                .collect(),
        }
    }
}

/// A run over all inputs. The worker is opened and the output begun when the first document is there, so that a wrong
/// path costs nothing.
struct Run<'a> {
    args: &'a TagArgs,
    worker: Option<Worker>,
    output: Option<Output>,
    done: usize,
    failed: usize,
}

impl Run<'_> {
    fn chunk(&mut self, chunk: Vec<Result<Input, ReadError>>) -> anyhow::Result<()> {
        let inputs: Vec<Input> = chunk.into_iter().filter_map(|read| self.kept(read)).collect();
        if inputs.is_empty() {
            return Ok(());
        }
        let worker = match self.worker.take() {
            Some(worker) => worker,
            None => Worker::open(self.args)?,
        };
        if self.output.is_none() {
            // Before the work: a wrong path should not cost it.
            self.output = Some(Output::create(self.args)?);
        }
        let ids: Vec<String> = inputs.iter().map(|(document, _)| document.id.clone()).collect();
        for (id, annotated) in ids.into_iter().zip(worker.annotate(inputs)) {
            match annotated {
                Ok(annotation) => self.write(&annotation)?,
                Err(error) => {
                    say(&format!("{id}: {error}"));
                    self.failed += 1;
                }
            }
        }
        self.worker = Some(worker);
        Ok(())
    }

    fn kept(&mut self, read: Result<Input, ReadError>) -> Option<Input> {
        read.inspect_err(|error| {
            say(&error.to_string());
            self.failed += 1;
        })
        .ok()
    }

    fn write(&mut self, annotation: &Annotation) -> anyhow::Result<()> {
        self.done += 1;
        let Some(output) = &mut self.output else { return Ok(()) };
        output.writer.write(&mut output.out, annotation).with_context(|| output.out.failure())
    }

    fn finish(mut self) -> anyhow::Result<Outcome> {
        if self.done == 0 && self.failed > 0 {
            // Nothing to give a name to.
            return Ok(Outcome::NothingDone);
        }
        if self.output.is_none() {
            // No document is a result too.
            self.output = Some(Output::create(self.args)?);
        }
        if let Some(mut output) = self.output {
            let failure = output.out.failure();
            output.writer.finish(&mut output.out).with_context(|| failure.clone())?;
            if let Out::File(_, file) = output.out {
                file.commit().context(failure)?;
            }
        }
        if self.failed > 0 {
            say(&format!("{} of {} documents failed", self.failed, self.failed + self.done));
        }
        Ok(if self.failed > 0 { Outcome::SomeFailed } else { Outcome::Done })
    }
}

struct Output {
    out: Out,
    writer: Box<dyn AnnotationWriter>,
}

impl Output {
    fn create(args: &TagArgs) -> anyhow::Result<Self> {
        let on_terminal = args.output.is_none() && io::stdout().is_terminal();
        let format = args.format.unwrap_or(if on_terminal { Format::Pretty } else { Format::Jsonl });
        let json = JsonOptions {
            offsets: args.offsets.into(),
            text: !args.no_text,
            distances: args.distances && !args.no_places,
        };
        let out = match &args.output {
            Some(path) => Out::File(path.clone(), AtomicFile::create(path).with_context(|| cannot_write(path))?),
            None => Out::Stdout(io::BufWriter::new(io::stdout())),
        };
        let writer: Box<dyn AnnotationWriter> = match format {
            Format::Pretty => Box::new(Pretty::new(args.output.is_none(), !args.no_places)),
            Format::Json => Box::new(Json::new(json)),
            Format::Jsonl => Box::new(Jsonl(json)),
        };
        Ok(Self { out, writer })
    }
}

enum Out {
    Stdout(io::BufWriter<io::Stdout>),
    File(PathBuf, AtomicFile),
}

impl Out {
    fn failure(&self) -> String {
        match self {
            Self::Stdout(_) => CANNOT_PRINT.into(),
            Self::File(path, _) => cannot_write(path),
        }
    }
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Stdout(out) => out.write(bytes),
            Self::File(_, file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Stdout(out) => out.flush(),
            Self::File(_, file) => file.flush(),
        }
    }
}
