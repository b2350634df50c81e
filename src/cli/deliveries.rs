//! Outputs in object stores: made on this machine, and stored when they are complete.
//!
//! So all forms and layers can be written there, an object is there whole or not at all, and a run that was killed goes on with
//! what lies here.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use dateline::inner::checksum;
use dateline::inner::external::cache_folder;
use dateline::inner::lock::{ERRORS, Lock};
use dateline::inner::remote::{Address, Scheme, StoreError, check_writable, is_there, put, remove};

use super::outcome::Outcome;
use super::outputs::unopened;
use super::terminal::{cannot_write, say};

/// The outputs of a run that go to object stores.
#[derive(Default)]
pub struct Deliveries(Vec<Delivery>);

struct Delivery {
    address: Address,
    /// A folder of its own, and what is made in it.
    folder: PathBuf,
    made: PathBuf,
    /// Keeps other runs from it until all is stored.
    _lock: Lock,
}

impl Deliveries {
    /// Puts a path of this machine in the place of an address. Whether it may be stored there is asked now, before the work.
    pub fn redirect(&mut self, path: &mut PathBuf, cache: Option<&Path>, inputs: &[PathBuf]) -> anyhow::Result<()> {
        let Some(address) = path.to_str().and_then(Address::of) else { return Ok(()) };
        anyhow::ensure!(
            !matches!(address.name(), "" | "." | "..") && address.pattern().is_none(),
            "{address}: has no name for what is written; expected s3://BUCKET/NAME.jsonl, for example"
        );
        for input in inputs.iter().filter_map(|input| Address::of(input.to_str()?)) {
            anyhow::ensure!(
                !input.holds(&address),
                "{address}: lies in {input}, which is read; expected a place outside of it: write elsewhere"
            );
        }
        check_writable(&address).with_context(|| address.to_string())?;
        let named = checksum::of_parts([address.whole().trim_end_matches('/').as_bytes()]);
        let folder = cache_folder(cache, "outputs")?.join(&named[..16]);
        fs::create_dir_all(&folder).with_context(|| cannot_write(&folder))?;
        let lock = Lock::take_passing(&folder).map_err(|error| unopened(&folder, error))?;
        let mut made = folder.join(address.name());
        if address.is_folder() {
            // The slash says that it is one.
            made.push("");
        }
        let delivery = Delivery { address, folder, made, _lock: lock };
        delivery.refuse_filled()?;
        path.clone_from(&delivery.made);
        self.0.push(delivery);
        Ok(())
    }

    /// Whether the first output is stored already, and nothing of it is on its way.
    pub fn is_done(&self) -> anyhow::Result<bool> {
        let Some(delivery) = self.0.first() else { return Ok(false) };
        let Delivery { address, .. } = delivery;
        let done = !delivery.is_begun() && is_there(address).with_context(|| address.to_string())?;
        if done {
            say(&format!("{address} is there; nothing to do. With which input and options it was made is not known"));
        }
        Ok(done)
    }

    /// What a path is called that people know.
    pub fn shown(&self, path: &Path) -> String {
        let known = self.0.iter().find_map(|delivery| match path {
            made if made == delivery.made => Some(delivery.address.clone()),
            listed if listed == delivery.listed() => Some(delivery.address.suffixed(ERRORS)),
            _ => None,
        });
        known.map_or_else(|| path.display().to_string(), |address| address.to_string())
    }

    /// Stores what a run made, unless it is to go on.
    pub fn deliver(self, outcome: Outcome) -> anyhow::Result<Outcome> {
        match outcome {
            Outcome::Interrupted(_) => {}
            Outcome::Done | Outcome::SomeFailed | Outcome::NothingDone => {
                self.0.iter().try_for_each(Delivery::deliver)?;
            }
        }
        Ok(outcome)
    }
}

impl Delivery {
    /// Whether something was made that is not stored yet.
    fn is_begun(&self) -> bool {
        fs::read_dir(&self.folder).is_ok_and(|mut entries| entries.next().is_some())
    }

    /// The list of what failed, if nothing else was asked for.
    fn listed(&self) -> PathBuf {
        self.folder.join(format!("{}{ERRORS}", self.address.name()))
    }

    /// What an earlier output left in a folder would be taken for a part of this one.
    fn refuse_filled(&self) -> anyhow::Result<()> {
        let filled = self.address.is_folder() && !self.is_begun() && is_there(&self.address)?;
        anyhow::ensure!(!filled, anyhow::Error::from(StoreError::Filled).context(self.address.to_string()));
        Ok(())
    }

    fn deliver(&self) -> anyhow::Result<()> {
        // The list of what failed goes first: whoever sees the output can see it too.
        for (made, address) in
            [(self.listed(), self.address.suffixed(ERRORS)), (self.made.clone(), self.address.clone())]
        {
            self.store(&made, &address).with_context(|| {
                format!(
                    "{address}: cannot be stored; what was made is kept in {}: the same command stores it when it can, with \
                     --resume without making it anew",
                    made.display()
                )
            })?;
        }
        // It is stored: what stays of it harms nobody.
        fs::remove_dir_all(&self.folder).ok();
        Ok(())
    }

    /// Stores a file, or the files of a folder.
    fn store(&self, made: &Path, address: &Address) -> anyhow::Result<()> {
        if !made.is_dir() {
            if made.is_file() {
                return put(made, address).map_err(Into::into);
            }
            // Of an earlier run, a list of what failed would be taken for this one's.
            let is_list = *made == self.listed() && address.scheme() != Scheme::Web && self.made.exists();
            return if is_list && is_there(address)? { remove(address).map_err(Into::into) } else { Ok(()) };
        }
        let mut files: Vec<PathBuf> =
            fs::read_dir(made)?.map(|entry| Ok(entry?.path())).collect::<std::io::Result<_>>()?;
        files.sort();
        for file in files {
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            self.store(&file, &address.with_key(&format!("{}/{name}", address.key().trim_end_matches('/'))))?;
        }
        Ok(())
    }
}

impl Drop for Delivery {
    /// Takes the folder away if nothing is in it that could be gone on with.
    fn drop(&mut self) {
        fs::remove_dir(&self.folder).ok();
    }
}
