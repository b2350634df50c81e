//! Where ONNX Runtime and the packages of pages come from.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;
use clap::builder::FalseyValueParser;
use dateline::inner::external::{self, AssetOptions, MapAssets, RuntimeOptions};
use dateline::inner::layer::html::{Basemap, Page};

use crate::cli::terminal::say;

/// Where ONNX Runtime is, or comes from.
#[derive(Args)]
pub struct RuntimeArgs {
    /// The shared library of ONNX Runtime, 1.24 or newer [default: ORT_DYLIB_PATH, or else the cache, the system's, or
    /// fetched once through pip]
    #[arg(long, value_name = "FILE", env = "DATELINE_ONNXRUNTIME")]
    onnxruntime: Option<PathBuf>,
    /// The cache folder; what was fetched is in its subfolder dateline [default: the user's cache folder]
    #[arg(long, value_name = "FOLDER", env = "DATELINE_CACHE")]
    pub cache: Option<PathBuf>,
    /// Never use the network; fail if ONNX Runtime, a model of the Hugging Face Hub, or a package that a page needs, is
    /// missing
    #[arg(long, env = "DATELINE_OFFLINE", value_parser = FalseyValueParser::new())]
    pub offline: bool,
}

impl RuntimeArgs {
    /// The files that are read, which no output may take the place of.
    pub fn inputs(&self) -> Vec<PathBuf> {
        let options = self.options();
        options.library.into_iter().chain(options.env_library).collect()
    }

    /// How it is looked for.
    pub fn options(&self) -> RuntimeOptions {
        RuntimeOptions {
            library: self.onnxruntime.clone(),
            env_library: std::env::var_os("ORT_DYLIB_PATH").map(PathBuf::from),
            cache: self.cache.clone(),
            offline: self.offline,
            // A tagger knows by itself what its model is to be run on.
            ..RuntimeOptions::default()
        }
    }
}

/// Where the packages are that pages with maps are made of.
#[derive(Args)]
pub struct MapAssetsArgs {
    /// A folder with the npm packages that pages are made of, as in a node_modules [default: the cache, or fetched once
    /// through npm]
    #[arg(long, value_name = "FOLDER", env = "DATELINE_MAP_ASSETS")]
    map_assets: Option<PathBuf>,
    /// Show tiles of this address below the map: whoever gives them sees who looks at what. {z}, {x} and {y} are filled in
    #[arg(long, value_name = "URL-TEMPLATE", env = "DATELINE_BASEMAP")]
    basemap: Option<String>,
    /// Who is thanked for the tiles [default: the host they come from]
    #[arg(long, value_name = "TEXT", env = "DATELINE_BASEMAP_CREDIT", requires = "basemap")]
    basemap_credit: Option<String>,
}

impl MapAssetsArgs {
    /// What pages are made of, found or fetched.
    pub fn page(&self, runtime: &RuntimeArgs) -> anyhow::Result<Page> {
        let basemap = self.basemap()?;
        Ok(Page::new(&self.assets(runtime)?).with_basemap(basemap))
    }

    /// The tiles below the map, if some are asked for.
    pub fn basemap(&self) -> anyhow::Result<Option<Basemap>> {
        let named = |template: &String| {
            Basemap::new(template, self.basemap_credit.as_deref()).with_context(|| format!("--basemap {template:?}"))
        };
        self.basemap.as_ref().map(named).transpose()
    }

    /// The packages that pages are made of, found or fetched.
    pub fn assets(&self, runtime: &RuntimeArgs) -> anyhow::Result<MapAssets> {
        let folder = self.map_assets.clone();
        let options = AssetOptions { cache: runtime.cache.clone(), offline: runtime.offline, folder };
        Ok(external::find_map_assets(&options, &mut |event| say(&event.to_string()))?)
    }
}
