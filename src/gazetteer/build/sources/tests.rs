use super::*;
use crate::gazetteer::source::testing::zipped;
use crate::gazetteer::{FeatureClass, Fold, Gazetteer, GazetteerPlace, NameKind};
use crate::geo::{Kilometers, LatLon};

const CITIES: &str = "99072\tMosul\tMosul\tAl Mawsil,Bombay,OSM,موصل\t36.335\t43.11889\tP\tPPLA\tIQ\t\t15\t1502\t\t\t1683000\t\t223\tAsia/Baghdad\t2020-01-01\n\
                      1\tBroken\n";
const EXTRA: &str = "id,name,lat,lon,demonyms\ngeonames:99072,Mosul,36.34,43.13,Moslawi|Maslawi\n";

/// A folder of tables, and the gazetteer that is built from some of them.
struct Env {
    folder: tempfile::TempDir,
}

impl Env {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn out(&self) -> PathBuf {
        self.folder.path().join("places.gaz")
    }

    fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    }

    /// Cities with a broken line, and a table of our own.
    fn sources(&self) -> Sources {
        let (geonames, extra) = (vec![self.file("cities.txt", CITIES)], vec![self.file("extra.csv", EXTRA)]);
        Sources { geonames, extra, ..Sources::default() }
    }

    fn build(&self, sources: &Sources) -> Result<(Gazetteer, BuildReport), BuildError> {
        let report = build(sources, &self.out(), |_| ())?;
        let gazetteer = Gazetteer::open(self.out()).unwrap();
        gazetteer.verify().unwrap();
        Ok((gazetteer, report))
    }
}

/// A line of a dump.
fn line(id: u32, name: &str, feature: &str, country: &str, admin: (&str, &str), population: u64) -> String {
    let (class, code) = feature.split_once('.').unwrap();
    let (lat, lon) = (f64::from(id % 90), f64::from(id % 180));
    let (admin1, admin2) = admin;
    format!(
        "{id}\t{name}\t{name}\t\t{lat}\t{lon}\t{class}\t{code}\t{country}\t\t{admin1}\t{admin2}\t\t\t{population}\t\t\t\t\n"
    )
}

fn of<'g>(gazetteer: &'g Gazetteer, id: &str) -> GazetteerPlace<'g> {
    gazetteer.place(gazetteer.by_id(id).unwrap())
}

/// The kinds of names that find a place with this spelling.
fn kind(gazetteer: &Gazetteer, name: &str) -> Option<NameKind> {
    gazetteer.lookup(name).first().filter(|found| found.fold == Fold::Exact).map(|found| found.kind)
}

#[test]
fn tables_become_a_file() {
    let env = Env::new();
    env.file("places.gaz", "before");
    let mut steps = Vec::new();
    let report = build(&env.sources(), &env.out(), |progress| {
        let step = match progress {
            Progress::Reading { file, .. } => file.file_name().unwrap().to_str().unwrap().to_owned(),
            Progress::Merging { .. } => "merging".to_owned(),
            Progress::Sorting { .. } => "sorting".to_owned(),
            Progress::Writing => "writing".to_owned(),
            Progress::Done => "done".to_owned(),
        };
        steps.push(step);
    })
    .unwrap();
    steps.dedup();
    assert_eq!(steps, ["cities.txt", "extra.csv", "merging", "sorting", "writing", "done"]);
    assert_eq!((report.summary.places, report.summary.merged, report.broken_lines), (1, 1, 1));
    assert!(report.broken[0].to_string().contains("cities.txt:2: expected 19 columns, found 2"));
    let gazetteer = Gazetteer::open(env.out()).unwrap();
    gazetteer.verify().unwrap();
    assert_eq!(kind(&gazetteer, "Moslawi"), Some(NameKind::Demonym));
    let mosul = of(&gazetteer, "geonames:99072");
    assert_eq!((mosul.location, mosul.feature), (LatLon { lat: 36.34, lon: 43.13 }, "PPLA"));
    let tables = [("cities.txt".to_owned(), 1), ("extra.csv".to_owned(), 1)];
    assert_eq!(gazetteer.info().tables, tables);
}

#[test]
fn too_many_broken_lines_leave_the_file_as_it_was() {
    let env = Env::new();
    env.file("places.gaz", "before");
    let sources = Sources { max_errors: 0, ..env.sources() };
    let error = env.build(&sources).unwrap_err();
    assert!(matches!(&error, BuildError::TooManyErrors { broken, .. } if broken[0].line == 2), "{error}");
    assert_eq!(std::fs::read(env.out()).unwrap(), b"before");
    assert_eq!(std::fs::read_dir(env.folder.path()).unwrap().count(), 3, "a temporary file was left");
    assert!(matches!(env.build(&Sources::default()), Err(BuildError::NoPlaces(_))));
    let missing = Sources { geonames: vec![env.folder.path().join("none.txt")], ..Sources::default() };
    assert!(env.build(&missing).unwrap_err().to_string().contains("none.txt: cannot be read"));
}

#[test]
fn broken_lines_are_counted_without_keeping_all() {
    let env = Env::new();
    let dump = format!("{}{}", line(1, "A", "P.PPL", "IQ", ("", ""), 0), "x\n".repeat(5_000));
    let geonames = vec![env.file("IQ.txt", dump)];
    let (_, report) = env.build(&Sources { geonames, max_errors: 1 << 40, ..Sources::default() }).unwrap();
    assert_eq!((report.broken_lines, report.broken.len()), (5_000, TOLD));
}

#[test]
fn published_files_are_read_as_they_are() {
    let env = Env::new();
    let dump = [
        line(99237, "Iraq", "A.PCLI", "IQ", ("00", ""), 38_433_600),
        line(99071, "Nineveh", "A.ADM1", "IQ", ("15", ""), 0),
        line(7, "Mosul District", "A.ADM2", "IQ", ("15", "1502"), 0),
        CITIES.lines().next().unwrap().to_owned() + "\n",
        line(8, "Old Mosul", "P.PPLX", "IQ", ("15", "1502"), 0),
        line(6_255_147, "Asia", "L.CONT", "", ("", ""), 0),
    ]
    .concat();
    let alternates = "1\t99072\t\tBombay\t\t\t\t1\t\t\n2\t99072\tiata\tOSM\t\t\t\t\t\t\n3\t99072\tfr\tMossoul\t\t\t\t\t\t\n\
                      4\t99072\tde\tMossul\t\t\t\t\t\t\n5\t4\ten\tNowhere\t\t\t\t\t\t\n6\t99072\ten\t\t\t\t\t\t\t\n";
    let countries = "#ISO\nIQ\tIRQ\t368\tIZ\tIraq\tBaghdad\t437072\t38433600\tAS\t.iq\t\t\t\t\t\t\t99237\t\t\n";
    let zip = |name: &str, text: &str| env.file(&format!("{name}.zip"), zipped(&[("readme.txt", "?"), (name, text)]));
    let sources = Sources {
        geonames: vec![zip("allCountries.txt", &dump)],
        alternate_names: vec![env.file(
            "alternateNamesV2.zip",
            zipped(&[("alternateNamesV2.txt", alternates), ("iso-languagecodes.txt", "ISO 639-3\n")]),
        )],
        admin_codes: vec![
            env.file("admin1CodesASCII.txt", "IQ.15\tNīnawá\tNinawa\t99071\n"),
            env.file("admin2Codes.txt", "IQ.15.1502\tQaḑā’ al Mawşil\tQada' al Mawsil\t7\n"),
        ],
        countries: vec![env.file("countryInfo.txt", countries)],
        hierarchy: vec![zip("hierarchy.txt", "6255147\t99237\tADM\n99072\t8\tADM\n99237\t99071\tADM\n8\t8\tADM\n")],
        filter: Filter { languages: Some(vec!["fr".into()]), ..Filter::default() },
        ..Sources::default()
    };
    let (gazetteer, report) = env.build(&sources).unwrap();
    assert_eq!(report.summary.places, 6);
    let told: Vec<_> = report.broken.iter().map(|line| line.to_string()).collect();
    assert!(told.len() == 1 && told[0].contains("alternateNamesV2.zip/alternateNamesV2.txt:6: name \"\""), "{told:?}");
    assert_eq!(report.left_out, LeftOut { places: 0, names: 4, additions: 1 });

    // Kinds come from the table of names; what it says is none is none in the dump either.
    assert_eq!(kind(&gazetteer, "Bombay"), Some(NameKind::Historic));
    assert_eq!(kind(&gazetteer, "Mossoul"), Some(NameKind::Alternate));
    assert_eq!(kind(&gazetteer, "Al Mawsil"), Some(NameKind::Unknown));
    assert_eq!((kind(&gazetteer, "OSM"), kind(&gazetteer, "Mossul")), (None, None));
    assert_eq!(kind(&gazetteer, "Ninawa"), Some(NameKind::Alternate));
    assert_eq!(kind(&gazetteer, "IRQ"), Some(NameKind::Abbreviation));
    assert_eq!(kind(&gazetteer, "Nowhere"), None);

    let (iraq, mosul) = (of(&gazetteer, "geonames:99237"), of(&gazetteer, "geonames:99072"));
    assert_eq!(iraq.radius, Some(Kilometers(372.994)));
    let parent = |id: &str| of(&gazetteer, id).parent.map(|parent| gazetteer.place(parent).name);
    assert_eq!((mosul.admin1, mosul.admin2), (gazetteer.by_id("geonames:99071"), gazetteer.by_id("geonames:7")));
    assert_eq!(parent("geonames:99237"), Some("Asia"));
    assert_eq!((parent("geonames:8"), parent("geonames:99072")), (Some("Mosul"), Some("Mosul District")));
    assert_eq!((parent("geonames:7"), parent("geonames:99071")), (Some("Nineveh"), Some("Iraq")));
    assert_eq!(parent("geonames:6255147"), None);
    let tables: Vec<_> = gazetteer.info().tables.into_iter().map(|(name, places)| format!("{name} {places}")).collect();
    let expected = "allCountries.txt 6, alternateNamesV2.txt 1, admin1CodesASCII.txt 1, admin2Codes.txt 1, \
                    countryInfo.txt 1, hierarchy.txt 3";
    assert_eq!(tables.join(", "), expected);
}

#[test]
fn an_id_stands_once_in_a_table() {
    let env = Env::new();
    let [first, second] = ["Aaa", "Bbb"].map(|name| line(1, name, "P.PPL", "IQ", ("", ""), 5));
    let other = line(2, "Ccc", "P.PPL", "IQ", ("", ""), 5);
    let of_lines = |lines: &[&str]| {
        let sources = Sources { geonames: vec![env.file("IQ.txt", lines.concat())], ..Sources::default() };
        let (gazetteer, report) = env.build(&sources).unwrap();
        let told: Vec<_> = report.broken.into_iter().map(|line| (line.line, line.why)).collect();
        assert_eq!((report.summary.places, report.summary.merged, gazetteer.lookup("Bbb").len()), (2, 0, 0));
        (std::fs::read(env.out()).unwrap(), told)
    };
    let (one, told) = of_lines(&[&first, &other, &second]);
    assert_eq!(told, [(3, "its id stands on line 1 already; expected one line an id".to_owned())]);
    let (another, told) = of_lines(&[&second, &other, &first]);
    assert_eq!((told[0].0, one == another), (1, true));
    // In two tables it is merged.
    let geonames = vec![env.file("a.txt", &first), env.file("b.txt", &second)];
    let (gazetteer, report) = env.build(&Sources { geonames, ..Sources::default() }).unwrap();
    assert_eq!((report.summary.merged, report.broken_lines), (1, 0));
    assert_eq!(
        (kind(&gazetteer, "Aaa"), kind(&gazetteer, "Bbb")),
        (Some(NameKind::Alternate), Some(NameKind::Official))
    );
}

#[test]
fn natural_earth_gives_extents_to_places_of_dumps() {
    let env = Env::new();
    let theme = r#"{"type": "FeatureCollection", "features": [
        {"properties": {"featurecla": "Lake", "name": "Lake Mosul", "ne_id": 12}, "geometry":
            {"type": "Polygon", "coordinates": [[[42, 36], [43, 36], [43, 37], [42, 37], [42, 36]]]}},
        {"properties": {"featurecla": "Populated place", "name": "Mossoul", "gn_id": 99072}, "geometry":
            {"type": "Point", "coordinates": [43, 36]}},
        {"properties": {"featurecla": "Lake", "name": null}, "geometry": null},
        {"properties": {"featurecla": "Lake", "name": "Flat", "ne_id": 13}, "geometry": {"type": "Polygon"}}]}"#;
    let mut sources = env.sources();
    sources.natural_earth = vec![env.file("lakes.geojson", theme)];
    let (gazetteer, report) = env.build(&sources).unwrap();
    assert_eq!((report.summary.places, report.left_out.places, report.broken_lines), (2, 1, 2));
    assert!(report.broken[0].to_string().contains("lakes.geojson:4: coordinates"), "{}", report.broken[0]);
    let lake = of(&gazetteer, "naturalearth:12");
    assert!((lake.radius.unwrap().0 - 56.2).abs() < 1.0 && lake.feature == "LK", "{lake:?}");
    let mosul = of(&gazetteer, "geonames:99072");
    assert_eq!((mosul.name, mosul.location.lat), ("Mosul", 36.34));
    assert_eq!(kind(&gazetteer, "Mossoul"), Some(NameKind::Alternate));

    sources.natural_earth = vec![env.file("cut.geojson", &theme[..300])];
    let error = env.build(&sources).unwrap_err().to_string();
    assert!(error.contains("cut.geojson: EOF") && error.contains("expected GeoJSON"), "{error}");
}

/// A dump of some hundred places that share names, divisions and parents.
fn dump() -> Vec<String> {
    let names = ["San José", "St. Mary", "Springfield", "Al Bir", "Zürich"];
    (0..400u32)
        .map(|number| {
            let id = number.wrapping_mul(7919) % 100_003;
            let name = format!("{} {}", names[number as usize % names.len()], number / 40);
            let feature = ["P.PPL", "A.ADM1", "A.ADM2", "H.STM"][number as usize % 4];
            let admin = (["01", "02", "00"][number as usize % 3], ["", "7"][number as usize % 2]);
            line(id, &name, feature, "US", admin, u64::from(number % 50) * 1000)
        })
        .collect()
}

#[test]
fn the_file_is_the_same_whatever_fits_in_memory_and_in_whichever_order_lines_come() {
    let env = Env::new();
    let alternates = (0..400u32).map(|number| {
        let id = number.wrapping_mul(7919) % 100_003;
        format!("{number}\t{id}\ten\tOther {}\t\t\t\t\t\t\n", number % 77)
    });
    let alternates = vec![env.file("alternates.txt", alternates.collect::<String>())];
    let hierarchy = (1..400u32).map(|number| format!("{}\t{}\tADM\n", 7919, number.wrapping_mul(7919) % 100_003));
    let hierarchy = vec![env.file("hierarchy.txt", hierarchy.collect::<String>())];
    let mut lines = dump();
    let mut files = Vec::new();
    for chunk_bytes in [usize::MAX, 1 << 16, 1 << 12, 256] {
        lines.rotate_left(137);
        lines.reverse();
        let geonames = vec![env.file("dump.txt", lines.concat())];
        let sources = Sources {
            geonames,
            alternate_names: alternates.clone(),
            hierarchy: hierarchy.clone(),
            ..Sources::default()
        };
        let scratch = Scratch::in_folder(env.folder.path()).with_chunks_of(chunk_bytes);
        let report = build_with(&sources, &env.out(), scratch, &mut |_| ()).unwrap();
        assert_eq!(report.summary.places, 400);
        files.push(std::fs::read(env.out()).unwrap());
    }
    assert!(files.iter().all(|file| *file == files[0]));
    Gazetteer::open(env.out()).unwrap().verify().unwrap();
    assert_eq!(std::fs::read_dir(env.folder.path()).unwrap().count(), 4, "a temporary file was left");
}

#[test]
fn own_tables_keep_their_names_and_filters_spare_them() {
    let env = Env::new();
    let extra = "id,name,lat,lon,feature,priority,admin2\ndateline:mosul,الموصل,36,43,P.PPL,5,x\n";
    let sources = Sources {
        extra: vec![env.file("own.csv", extra)],
        filter: Filter { classes: vec![FeatureClass::Water], min_population: 1_000, ..Filter::default() },
        ..Sources::default()
    };
    let (gazetteer, report) = env.build(&sources).unwrap();
    assert_eq!((report.summary.places, report.left_out), (1, LeftOut::default()));
    let own = of(&gazetteer, "dateline:mosul");
    assert_eq!((own.name, own.priority, own.admin2_code), ("الموصل", 5, Some("x")));
}

#[test]
fn temporary_files_go_where_they_are_wanted() {
    let env = Env::new();
    let nowhere = env.folder.path().join("nowhere");
    let error = env.build(&Sources { temporary: Some(nowhere), ..env.sources() }).unwrap_err();
    assert!(matches!(error, BuildError::Temporary(_)), "{error}");
    assert_eq!(std::fs::read_dir(env.folder.path()).unwrap().count(), 2, "something was left");
}
