//! Which layers are written, where, and how.

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;
use clap::builder::{FalseyValueParser, TypedValueParser};
use dateline::inner::atomic;
use dateline::inner::corpus::output::ErrorsFile;
use dateline::inner::corpus::tolerance::Tolerance;
use dateline::inner::document::OffsetUnit;
use dateline::inner::layer::collection::Collection;
use dateline::inner::layer::{
    Countries, Decimal, Destination, FieldOptions, Format, Layer, LayerOptions, LeftOut, LinkOptions, Resolution,
    Towns, WriteError, WriteOptions, begin, write,
};

use crate::cli::args::gazetteer::PlacesArgs;
use crate::cli::args::runtime::{MapAssetsArgs, RuntimeArgs};
use crate::cli::outputs::unopened;
use crate::cli::stdout;
use crate::cli::terminal::{CANNOT_PRINT, cannot_write};

/// What is written.
#[derive(Args)]
#[command(next_help_heading = "Output")]
pub struct OutputArgs {
    /// Write to this file, in the format of its ending: .geojson, .geojsonl, .csv, .parquet, .gpkg, .fgb, .kml or .html. May
    /// be given several times. A layer may stand behind it: links.csv:links. The file has its name only once it is complete
    #[arg(long, short, value_name = "FILE[:LAYER]", env = "DATELINE_MAP_OUTPUT")]
    output: Vec<PathBuf>,
    /// The format, where no ending says so [default on standard output: geojson]
    #[arg(long, value_name = "FORMAT")]
    format: Option<Format>,
    /// The layers [default: all in .gpkg, .kml and .html, else mentions]
    #[arg(long, value_name = "LAYERS", value_delimiter = ',')]
    layer: Vec<Layer>,
    /// How small the hexagons of H3 are, from 0 (4,000,000 km²) over 3 (12,000 km²) to 15 (1 m²)
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u8).range(0..=15))]
    resolution: u8,
    /// Of each document, make so many links at most: those between places that most documents name together [default: all,
    /// and of more than 200,000 in the layer those that most documents make]
    #[arg(long, value_name = "N", value_parser = at_least_one())]
    links_per_document: Option<usize>,
    /// Make only links between places that at least so many documents name together [default: 1, and of more than 200,000
    /// links those that most documents make]
    #[arg(long, value_name = "N", value_parser = at_least_one())]
    min_documents: Option<usize>,
    /// The title of pages and maps
    #[arg(long, value_name = "TEXT", default_value = "Places in the news")]
    title: String,
    /// In .csv, put an apostrophe before a text that a spreadsheet would take for a formula
    #[arg(long, env = "DATELINE_ESCAPE_FORMULAS", value_parser = FalseyValueParser::new())]
    escape_formulas: bool,
    /// In .csv, write numbers with this before their decimals; with a comma, semicolons stand between the fields
    #[arg(long, value_name = "SIGN", env = "DATELINE_DECIMAL", default_value = ".")]
    decimal: Decimal,
    /// In .geojsonl, put a record separator before each feature (RFC 8142)
    #[arg(long, env = "DATELINE_RECORD_SEPARATOR", value_parser = FalseyValueParser::new())]
    record_separator: bool,
    /// The unit of start and end, in inputs that were tagged before and in layers
    #[arg(long, value_name = "UNIT", default_value = "codepoints", env = "DATELINE_OFFSETS")]
    offsets: OffsetUnit,
    #[command(flatten)]
    map_assets: MapAssetsArgs,
    /// List what failed in this file, a JSON object a line
    #[arg(long, value_name = "FILE", env = "DATELINE_ERRORS")]
    pub errors: Option<PathBuf>,
    /// End the run once more records than this have failed; with a share such as 1%, a run that keeps to it is a success
    #[arg(long, value_name = "N", env = "DATELINE_MAX_ERRORS")]
    pub max_errors: Option<Tolerance>,
}

/// What is written where. Nothing for standard output.
pub struct Outputs(Vec<Output>);

struct Output {
    /// `None` for standard output.
    path: Option<PathBuf>,
    /// What was begun at the path.
    file: Option<atomic::AtomicFile>,
    format: Format,
    layers: Vec<Layer>,
}

impl OutputArgs {
    /// Has each path that is written to changed.
    pub fn redirect(&mut self, mut change: impl FnMut(&mut PathBuf) -> anyhow::Result<()>) -> anyhow::Result<()> {
        for given in &mut self.output {
            let (mut path, layer) = split(given)?;
            change(&mut path)?;
            if let Some(layer) = layer {
                path.as_mut_os_string().push(format!(":{}", layer.name()));
            }
            *given = path;
        }
        self.errors.iter_mut().try_for_each(change)
    }

    /// The unit of offsets.
    pub fn offsets(&self) -> OffsetUnit {
        self.offsets
    }

    /// What is to be written, checked as far as can be before the work.
    pub fn outputs(&self) -> anyhow::Result<Outputs> {
        let printed = self.errors.as_ref().is_some_and(|path| path.as_os_str() == "-");
        anyhow::ensure!(!printed, "--errors -: what failed goes to a file; expected its path");
        let outputs = match &self.output[..] {
            [] => vec![self.to_stdout()?],
            paths => paths.iter().map(|path| self.to_file(path)).collect::<anyhow::Result<Vec<_>>>()?,
        };
        anyhow::ensure!(
            !self.record_separator || outputs.iter().any(|output| output.format == Format::GeoJsonSeq),
            "--record-separator: does nothing in these formats; it is for .geojsonl: leave it out"
        );
        anyhow::ensure!(
            !self.escape_formulas || outputs.iter().any(|output| output.format == Format::Csv),
            "--escape-formulas: does nothing in these formats; it is for .csv: leave it out"
        );
        anyhow::ensure!(
            self.decimal == Decimal::default() || outputs.iter().any(|output| output.format == Format::Csv),
            "--decimal: does nothing in these formats; it is for .csv: leave it out"
        );
        let links = outputs.iter().any(|output| output.layers.contains(&Layer::Links));
        let unused = [("--links-per-document", self.links_per_document), ("--min-documents", self.min_documents)];
        let unused = unused.iter().find(|(_, given)| given.is_some() && !links);
        if let Some((option, _)) = unused {
            anyhow::bail!(
                "{option}: does nothing, since no output has links: ask for them with --layer links, or leave it out"
            );
        }
        let named = |path: &PathBuf| split(path).is_ok_and(|(_, layer)| layer.is_some());
        anyhow::ensure!(
            self.layer.is_empty() || self.output.is_empty() || !self.output.iter().all(named),
            "--layer: does nothing, since a layer stands behind every output: leave it out"
        );
        Ok(Outputs(outputs))
    }

    fn to_stdout(&self) -> anyhow::Result<Output> {
        stdout::check().context(CANNOT_PRINT)?;
        let format = self.format.unwrap_or(Format::GeoJson);
        anyhow::ensure!(
            format.is_text() || !io::stdout().is_terminal(),
            "this format is none for a terminal; expected a file to write to: name it with --output"
        );
        anyhow::ensure!(format != Format::GeoPackage, WriteError::NoStream);
        self.output(None, format, None)
    }

    fn to_file(&self, given: &Path) -> anyhow::Result<Output> {
        anyhow::ensure!(given.as_os_str() != "-", "--output -: leave it out to write to standard output");
        let (path, layer) = split(given)?;
        let format = match (Format::of(&path), self.format) {
            (Some(by_ending), Some(asked)) if by_ending != asked => anyhow::bail!(
                "{}: its ending is that of another format than --format asks for; expected them to agree: leave --format out, or \
                 name the file otherwise",
                path.display()
            ),
            (Some(format), _) | (None, Some(format)) => format,
            (None, None) => {
                let endings: Vec<String> = Format::ALL.iter().map(|f| format!(".{}", f.endings()[0])).collect();
                anyhow::bail!(
                    "{}: its ending is no format; expected one of {}: name it so, or say --format",
                    path.display(),
                    endings.join(", ")
                )
            }
        };
        anyhow::ensure!(
            format != Format::GeoPackage || !is_device(&path),
            "{}: is no file; expected one, which a database can be made in",
            path.display()
        );
        self.output(Some(path), format, layer)
    }

    fn output(&self, path: Option<PathBuf>, format: Format, layer: Option<Layer>) -> anyhow::Result<Output> {
        let mut layers: Vec<Layer> = match (layer, &self.layer[..]) {
            (Some(layer), _) => vec![layer],
            (None, []) => format.usual_layers().to_vec(),
            (None, asked) => asked.to_vec(),
        };
        let mut seen = Vec::new();
        layers.retain(|layer| {
            !seen.contains(layer) && {
                seen.push(*layer);
                true
            }
        });
        if layers.len() > 1 && !format.holds_layers() {
            let named = path.as_ref().map_or("standard output".to_owned(), |path| path.display().to_string());
            return Err(anyhow::Error::from(WriteError::Layers(layers.len())).context(named));
        }
        Ok(Output { path, file: None, format, layers })
    }

    /// How it is written: pages need packages, which are found or fetched.
    pub fn options(
        &self,
        outputs: &Outputs,
        runtime: &RuntimeArgs,
        places: &PlacesArgs,
    ) -> anyhow::Result<WriteOptions> {
        let layers: Vec<Layer> = outputs.0.iter().flat_map(|output| output.layers.iter().copied()).collect();
        let page = outputs.0.iter().any(|output| output.format == Format::Html);
        // What is wrong with it is told, whether or not there is a page.
        self.map_assets.basemap()?;
        let page = page.then(|| self.map_assets.page(runtime)).transpose()?;
        let gazetteer = match layers.contains(&Layer::Countries) || page.is_some() {
            true => Some(places.file.open()?),
            false => None,
        };
        let countries = gazetteer.as_ref().map(Countries::of).unwrap_or_default();
        let towns = gazetteer.as_ref().filter(|_| page.is_some()).map(Towns::of).unwrap_or_default();
        let resolution =
            Resolution::try_from(self.resolution).map_err(|error| anyhow::anyhow!("--resolution: {error}"))?;
        Ok(WriteOptions {
            layers: LayerOptions { resolution, countries, links: self.links(), towns },
            record_separator: self.record_separator,
            fields: FieldOptions { escape_formulas: self.escape_formulas, decimal: self.decimal },
            title: self.title.clone(),
            page,
        })
    }

    /// Which links are made. Who asks for some is given all of these.
    fn links(&self) -> LinkOptions {
        let usual = LinkOptions::default();
        let asked = self.links_per_document.is_some() || self.min_documents.is_some();
        LinkOptions {
            min_documents: self.min_documents.unwrap_or(usual.min_documents),
            per_document: self.links_per_document,
            most: if asked { None } else { usual.most },
        }
    }

    /// Begins the list of what failed, if it is asked for.
    pub fn errors_file(&self) -> anyhow::Result<Option<ErrorsFile>> {
        let Some(path) = &self.errors else { return Ok(None) };
        let destination = atomic::Destination::of(path).with_context(|| cannot_write(path))?;
        ErrorsFile::passing(destination).map(Some).map_err(|error| unopened(path, error))
    }
}

fn at_least_one() -> impl TypedValueParser<Value = usize> {
    clap::value_parser!(u32).range(1..).map(|number| number as usize)
}

/// A path, and the layer that stands behind it. Paths of Windows have a colon in front.
fn split(given: &Path) -> anyhow::Result<(PathBuf, Option<Layer>)> {
    let Some((path, name)) = given.to_str().and_then(|given| given.rsplit_once(':')) else {
        return Ok((given.to_owned(), None));
    };
    if path.len() < 2 || name.contains(['/', '\\', '.']) {
        return Ok((given.to_owned(), None));
    }
    match Layer::ALL.into_iter().find(|layer| layer.name() == name) {
        Some(layer) => Ok((path.into(), Some(layer))),
        None => {
            let names = Layer::ALL.map(Layer::name).join(", ");
            anyhow::bail!("{}: {name:?} is no layer; expected one of {names}", given.display())
        }
    }
}

fn is_device(path: &Path) -> bool {
    matches!(atomic::Destination::of(path), Ok(atomic::Destination::Device(_)))
}

impl Outputs {
    /// The files that are written.
    pub fn files(&self) -> Vec<PathBuf> {
        self.0.iter().filter_map(|output| output.path.clone()).collect()
    }

    /// Begins the files: whether they can be written is said before the work, and from now on no other run writes there.
    pub fn begin(&mut self) -> anyhow::Result<()> {
        for Output { path, file, format, .. } in &mut self.0 {
            if let Some(path) = path {
                *file = Some(begin(path, *format).map_err(|error| unopened(path, error))?);
            }
        }
        Ok(())
    }

    /// Writes them all, and gives the links that are in none of them.
    pub fn write(self, collection: &Collection, options: &WriteOptions) -> anyhow::Result<LeftOut> {
        let mut left_out = LeftOut::default();
        for Output { path, file, format, layers } in self.0 {
            let without = match (path, file) {
                (Some(path), Some(file)) => write(collection, &layers, format, options, Destination::File(file))
                    .map_err(|error| unwritten(error, &path.display().to_string(), || cannot_write(&path)))?,
                _ => {
                    let mut out = io::BufWriter::new(io::stdout());
                    write(collection, &layers, format, options, Destination::Stream(&mut out))
                        .map_err(|error| unwritten(error, "standard output", || CANNOT_PRINT.to_owned()))?
                }
            };
            // All with links leave out the same.
            if without != LeftOut::default() {
                left_out = without;
            }
        }
        Ok(left_out)
    }
}

fn unwritten(error: WriteError, name: &str, cannot: impl Fn() -> String) -> anyhow::Error {
    match error {
        WriteError::Io(error) => anyhow::Error::from(error).context(cannot()),
        error => anyhow::Error::from(error).context(name.to_owned()),
    }
}
