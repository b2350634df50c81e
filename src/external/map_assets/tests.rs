//! The search as a whole, with a stand-in for `npm` and tarballs of a few bytes. No test needs a network; the one that
//! fetches the real packages runs only where `DATELINE_TEST_FETCH` is set.

use std::ffi::OsString;
use std::fs::{self, File};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use flate2::write::GzEncoder;

use super::fetch::write;
use super::npm::Npm;
use super::pins::Member;
use super::*;
use crate::external::client::Client;
use crate::external::pinned::Pinned;

/// The packages that stand in for the real ones: name, files, and the first file is the licence.
const PACKAGES: [(&str, &[(&str, &str)]); 2] = [
    ("leaflet", &[("LICENSE", "free"), ("dist/leaflet.js", "let L;"), ("dist/leaflet.css", ".ä {}")]),
    ("world-atlas", &[("LICENSE", "as free"), ("countries.json", "{}")]),
];

/// Leaves tarballs in the folder, after a while.
struct FakeNpm {
    tarballs: Vec<Vec<u8>>,
    takes: Duration,
    calls: AtomicUsize,
}

impl Fetcher for FakeNpm {
    fn find(&self, _: &Path) -> Result<&[OsString], FetchError> {
        Ok(&[])
    }

    fn fetch(&self, _: &[OsString], pins: &[Pin], folder: &Path) -> Result<(), FetchError> {
        self.calls.fetch_add(1, Ordering::SeqCst);
        assert_eq!(fs::read_dir(folder).unwrap().count(), 0);
        assert!(folder.is_absolute());
        std::thread::sleep(self.takes);
        for (pin, tarball) in pins.iter().zip(&self.tarballs) {
            fs::write(folder.join(pin.tarball_name()), tarball).unwrap();
        }
        Ok(())
    }
}

/// A cache folder, an `npm`, and pins that fit what it fetches.
struct Bench {
    root: tempfile::TempDir,
    npm: FakeNpm,
    pins: Vec<Pin>,
}

fn tarball(files: &[(&str, &str)]) -> Vec<u8> {
    let mut builder = tar::Builder::new(GzEncoder::new(Vec::new(), flate2::Compression::fast()));
    for (path, content) in [("package.json", "{}")].iter().chain(files) {
        let mut header = tar::Header::new_ustar();
        header.set_size(content.len() as u64);
        builder.append_data(&mut header, Path::new("package").join(path), content.as_bytes()).unwrap();
    }
    builder.into_inner().unwrap().finish().unwrap()
}

fn pin(name: &'static str, files: &[(&'static str, &str)], tarball: &[u8]) -> Pin {
    let text = |path: &str| -> pins::Text {
        match path {
            "dist/leaflet.js" => |assets| &mut assets.leaflet_js,
            "dist/leaflet.css" => |assets| &mut assets.leaflet_css,
            _ => |assets| &mut assets.countries,
        }
    };
    let member = |(path, content): &(&'static str, &str)| Member { path, content: Pinned::of(content.as_bytes()) };
    let files: Vec<_> = files.iter().map(|file| (member(file), text(file.0))).collect();
    let mut files = files.into_iter();
    let (licence, _) = files.next().unwrap();
    Pin { name, version: "1.0.0", tarball: Pinned::of(tarball), licence, files: files.collect::<Vec<_>>().leak() }
}

impl Bench {
    fn new() -> Self {
        let tarballs = PACKAGES.map(|(_, files)| tarball(files)).to_vec();
        let pins = PACKAGES.iter().zip(&tarballs).map(|((name, files), tarball)| pin(name, files, tarball)).collect();
        let npm = FakeNpm { tarballs, takes: Duration::ZERO, calls: AtomicUsize::new(0) };
        Self { root: tempfile::tempdir().unwrap(), npm, pins }
    }

    fn options(&self) -> AssetOptions {
        AssetOptions { cache: Some(self.root.path().to_owned()), ..AssetOptions::default() }
    }

    fn search(&self) -> Search<'_> {
        Search { pins: &self.pins, fetcher: &self.npm }
    }

    fn find(&self) -> (Result<MapAssets, AssetError>, Vec<Event>) {
        self.find_with(&self.options())
    }

    fn find_with(&self, options: &AssetOptions) -> (Result<MapAssets, AssetError>, Vec<Event>) {
        let mut events = Vec::new();
        (self.search().find(options, &mut |event| events.push(event)), events)
    }

    fn parent(&self) -> PathBuf {
        self.root.path().join("dateline/map-assets")
    }

    fn folder(&self) -> PathBuf {
        self.parent().join("leaflet-1.0.0+world-atlas-1.0.0")
    }

    fn calls(&self) -> usize {
        self.npm.calls.load(Ordering::SeqCst)
    }

    /// Nothing but the lock and the packages' folder, which is whole or not there.
    fn assert_tidy(&self) {
        let names = fs::read_dir(self.parent()).unwrap().map(|entry| entry.unwrap().file_name());
        let others: Vec<_> =
            names.filter(|name| name != ".lock" && Some(&**name) != self.folder().file_name()).collect();
        assert!(others.is_empty(), "{others:?}");
        assert!(!self.folder().exists() || read(&self.folder(), &self.pins).is_ok());
    }

    /// That the packages are fetched but refused, with these words.
    fn assert_refused(&self, words: &str) {
        let error = self.find().0.unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
        assert!(!error.contains('\n') && !self.folder().exists());
        self.assert_tidy();
    }
}

#[test]
fn fetched_once_and_then_found() {
    let bench = Bench::new();
    let (found, events) = bench.find();
    let found = found.unwrap();
    assert_eq!([&found.leaflet_js, &found.leaflet_css, &found.countries], ["let L;", ".ä {}", "{}"]);
    let licences = found.packages.iter().map(|package| (package.name, package.version, &*package.licence));
    assert!(licences.eq([("leaflet", "1.0.0", "free"), ("world-atlas", "1.0.0", "as free")]));
    assert_eq!(found.folder, bench.folder());
    let [Event::Fetching { what, bytes, client: "npm", .. }, Event::Fetched { path }] = &events[..] else {
        panic!("{events:?}")
    };
    assert_eq!((&**what, path), ("leaflet 1.0.0, world-atlas 1.0.0", &bench.folder()));
    assert_eq!(*bytes, bench.npm.tarballs.iter().map(|tarball| tarball.len() as u64).sum::<u64>());
    bench.assert_tidy();

    let (again, events) = bench.find();
    assert_eq!((again.unwrap(), events, bench.calls()), (found, vec![], 1));
}

#[test]
fn a_broken_cache_is_fetched_anew_aloud() {
    let bench = Bench::new();
    bench.find().0.unwrap();
    let file = bench.folder().join("leaflet/dist/leaflet.js");
    let licence = bench.folder().join("world-atlas/LICENSE");
    let altered: [(&Path, &dyn Fn()); 4] = [
        (&file, &|| fs::write(&file, "let M;").unwrap()),
        (&file, &|| fs::write(&file, "let").unwrap()),
        (&file, &|| fs::remove_dir_all(file.parent().unwrap()).unwrap()),
        (&licence, &|| fs::remove_file(&licence).unwrap()),
    ];
    for (at_fault, alter) in altered {
        alter();
        let offline = bench.find_with(&AssetOptions { offline: true, ..bench.options() });
        assert!(offline.0.is_err());
        let (found, events) = bench.find();
        assert_eq!(found.unwrap().leaflet_js, "let L;");
        assert!(matches!(&events[0], Event::Broken { path, .. } if path == at_fault), "{events:?}");
        assert_eq!((&offline.1[..], events.len()), (&events[..1], 3));
        bench.assert_tidy();
    }
    fs::remove_dir_all(bench.folder()).unwrap();
    fs::write(bench.folder(), "a file where a folder should be").unwrap();
    assert!(matches!(bench.find(), (Ok(_), events) if events.len() == 3));
    bench.assert_tidy();
}

#[test]
fn started_over_after_being_cut_off() {
    let bench = Bench::new();
    let partial = bench.parent().join(".partial-killed/unpacked/leaflet");
    fs::create_dir_all(&partial).unwrap();
    fs::write(partial.join("LICENSE"), "fr").unwrap();
    let (found, events) = bench.find();
    found.unwrap();
    assert!(matches!(&events[..], [Event::Fetching { .. }, Event::Fetched { .. }]), "{events:?}");
    bench.assert_tidy();
}

#[test]
fn four_at_once_fetch_once() {
    let mut bench = Bench::new();
    bench.npm.takes = Duration::from_millis(300);
    let ends = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(|| bench.find())).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect::<Vec<_>>()
    });
    assert_eq!(bench.calls(), 1);
    let fetched = ends.iter().filter(|(_, events)| matches!(events.last(), Some(Event::Fetched { .. }))).count();
    assert!(fetched == 1 && ends.iter().all(|(found, _)| found.is_ok()));
    bench.assert_tidy();
}

#[test]
fn the_second_waits_aloud_for_the_first() {
    let bench = Bench::new();
    fs::create_dir_all(bench.parent()).unwrap();
    let lock = File::create(bench.parent().join(".lock")).unwrap();
    lock.lock().unwrap();
    let mut lock = Some(lock);
    let mut waited = false;
    let release_when_waiting = &mut |event| {
        if let Event::Waiting { .. } = event {
            waited = true;
            lock.take();
        }
    };
    bench.search().find(&bench.options(), release_when_waiting).unwrap();
    assert!(waited);
}

#[test]
fn a_tarball_that_is_not_the_pinned_one_is_not_even_opened() {
    let mut bench = Bench::new();
    bench.npm.tarballs[1][20] ^= 1;
    bench.assert_refused("world-atlas-1.0.0.tgz as fetched is not what is pinned: it has been altered (SHA-256 ");
    bench.npm.tarballs[1].truncate(40);
    bench.assert_refused("world-atlas-1.0.0.tgz as fetched is not what is pinned: it has 40 bytes instead of ");
    bench.npm.tarballs.pop();
    bench.assert_refused("world-atlas-1.0.0.tgz as fetched is not what is pinned: it does not exist");
}

#[test]
fn a_tarball_without_the_pinned_files_leaves_nothing() {
    let mut bench = Bench::new();
    let other = tarball(&[("LICENSE", "as free"), ("countries.json", "[]")]);
    bench.pins[1].tarball = Pinned::of(&other);
    bench.npm.tarballs[1] = other;
    bench.assert_refused("countries.json could not be unpacked: it has been altered");
    let cut_off = bench.npm.tarballs[1][..60].to_vec();
    bench.pins[1].tarball = Pinned::of(&cut_off);
    bench.npm.tarballs[1] = cut_off;
    bench.assert_refused("countries.json could not be unpacked: ");
}

#[test]
fn offline_fetches_nothing() {
    let bench = Bench::new();
    let options = AssetOptions { offline: true, ..bench.options() };
    let (result, events) = bench.find_with(&options);
    let error = result.unwrap_err();
    assert!(!error.to_string().contains('\n') && events.is_empty());
    let AssetError::Unfetched { why: FetchError::Offline, folder } = error else { panic!("{error}") };
    assert_eq!(folder, Some(bench.parent()));
    assert!(bench.calls() == 0 && !bench.parent().exists());

    bench.find().0.unwrap();
    assert!(matches!(bench.find_with(&options), (Ok(_), events) if events.is_empty()));
}

#[test]
fn a_missing_npm_is_told_before_anything_is_said_to_be_fetched() {
    let bench = Bench::new();
    let none = vec![vec![OsString::from("dateline-has-no-such-program")]];
    let npm = Npm(Client { commands: none, ..Npm::default().0 });
    let mut events = Vec::new();
    let found = Search { fetcher: &npm, ..bench.search() }.find(&bench.options(), &mut |event| events.push(event));
    let error = found.unwrap_err();
    assert!(matches!(error, AssetError::Unfetched { why: FetchError::NoClient { client: "npm", .. }, .. }));
    let error = error.to_string();
    assert!(error.contains("tried `dateline-has-no-such-program`: "), "{error}");
    assert!(!error.contains('\n') && events.is_empty());
    bench.assert_tidy();
}

#[test]
fn a_cache_that_cannot_be_written_says_so() {
    let bench = Bench::new();
    fs::write(bench.root.path().join("dateline"), "a file where a folder should be").unwrap();
    let error = bench.find().0.unwrap_err().to_string();
    assert!(error.contains("the cache cannot be used ("), "{error}");
}

#[test]
fn a_named_folder_holds_what_is_pinned_or_is_refused() {
    let bench = Bench::new();
    let modules = bench.root.path().join("node_modules");
    for (name, files) in PACKAGES {
        for (path, content) in files {
            write(&modules.join(name).join(path), content.as_bytes()).unwrap();
        }
    }
    let options = AssetOptions { folder: Some(modules.clone()), offline: true, ..bench.options() };
    assert_eq!(bench.find_with(&options).0.unwrap().leaflet_js, "let L;");

    fs::write(modules.join("leaflet/dist/leaflet.js"), "let M;").unwrap();
    for (alter, words) in [
        (false, "leaflet/dist/leaflet.js in it has been altered (SHA-256 "),
        (true, "leaflet/dist/leaflet.js in it does not exist; expected leaflet 1.9.4"),
    ] {
        if alter {
            fs::remove_dir_all(&modules).unwrap();
        }
        // It could be fetched, but something else was asked for.
        let (result, events) = bench.find_with(&AssetOptions { offline: false, ..options.clone() });
        let error = result.unwrap_err().to_string();
        assert!(error.contains(words) && error.contains(&modules.display().to_string()), "{error}");
        assert!(!error.contains('\n') && events.is_empty() && bench.calls() == 0);
    }
}

/// `npm` as a program, from its start to the files in the cache.
#[test]
#[cfg(unix)]
fn a_program_fetches() {
    let bench = Bench::new();
    let registry = bench.root.path().join("registry");
    for (pin, tarball) in bench.pins.iter().zip(&bench.npm.tarballs) {
        write(&registry.join(pin.requirement()), tarball).unwrap();
    }
    let script = r#"
        [ "$1" = --version ] && exit 0
        for word; do
            case $word in *@*) cp "$0/$word" "./${word%@*}-${word#*@}.tgz"; esac
        done"#;
    let command = ["sh".into(), "-c".into(), script.into(), registry.into_os_string()];
    let npm = Npm(Client { commands: vec![command.to_vec()], ..Npm::default().0 });
    let found = Search { fetcher: &npm, ..bench.search() }.find(&bench.options(), &mut |_| {}).unwrap();
    assert_eq!(found.countries, "{}");
    bench.assert_tidy();
}

#[test]
fn the_real_packages_are_fetched() {
    if std::env::var_os("DATELINE_TEST_FETCH").is_none() {
        return;
    }
    let root = tempfile::tempdir().unwrap();
    let options = AssetOptions { cache: Some(root.path().to_owned()), ..AssetOptions::default() };
    let fetched = find_map_assets(&options, &mut |_| {}).unwrap();
    let offline = AssetOptions { offline: true, ..options };
    assert_eq!(find_map_assets(&offline, &mut |event| panic!("{event}")).unwrap(), fetched);
    let named = AssetOptions { folder: Some(fetched.folder.clone()), ..AssetOptions::default() };
    assert_eq!(find_map_assets(&named, &mut |event| panic!("{event}")).unwrap(), fetched);
    assert!(fetched.countries.starts_with("{\"type\":\"Topology\""));
    for package in &fetched.packages {
        assert!(package.licence.contains("Copyright"), "{}", package.name);
    }
}
