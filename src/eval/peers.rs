//! Stored outputs of other systems, so that they can be scored with the same code.
//!
//! A folder has a file for each corpus and system, `CORPUS.SYSTEM.txt`, with a line for each document in the order of the
//! corpus: its mentions joined by `||`, each `name,,phrase,,lat,,lon,,start,,end` with offsets in characters. Without
//! coordinates, or with ones that are nowhere on the globe, a mention is recognised but put nowhere. This is how EUPEG stores them (Wang and Hu 2019, "Enhancing
//! spatial and textual analysis with EUPEG").

use std::io;
use std::path::{Path, PathBuf};

use super::geo::{Found, FoundPlace};
use crate::geo::LatLon;

/// The output of a system on a corpus.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeerFile {
    /// The system.
    pub system: String,
    /// The file.
    pub path: PathBuf,
}

/// Why the output of a system could not be read.
#[derive(Debug, thiserror::Error)]
pub enum PeersError {
    /// The folder cannot be listed.
    #[error("{}: cannot be read ({error}); expected a folder of files CORPUS.SYSTEM.txt", folder.display())]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// The file cannot be read, or is not UTF-8.
    #[error("{}: cannot be read ({error}); expected a file of UTF-8 text", file.display())]
    Io {
        /// The file.
        file: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// It has another number of lines than the corpus has documents.
    #[error("{}: {lines} lines; expected one for each of the {documents} documents of the corpus", file.display())]
    Lines {
        /// The file.
        file: PathBuf,
        /// How many it has.
        lines: usize,
        /// How many it should have.
        documents: usize,
    },
    /// A mention is not of the form.
    #[error(
        "{}:{line}: mention {mention}: {why}; expected name,,phrase,,lat,,lon,,start,,end, joined by ||", file.display()
    )]
    Mention {
        /// The file.
        file: PathBuf,
        /// The line, counted from 1.
        line: usize,
        /// Which of the line, counted from 1.
        mention: usize,
        /// What is wrong with it.
        why: String,
    },
}

/// The outputs in a folder on the corpus of this name (a file's, without its ending), in the order of the systems' names.
///
/// # Errors
///
/// If the folder cannot be listed.
pub fn of_corpus(folder: &Path, corpus: &str) -> Result<Vec<PeerFile>, PeersError> {
    let failed = |error| PeersError::Folder { folder: folder.to_owned(), error };
    let mut found = Vec::new();
    for entry in folder.read_dir().map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let name = path.file_name().and_then(|name| name.to_str());
        let system = name.and_then(|name| name.strip_prefix(corpus)?.strip_prefix('.')?.strip_suffix(".txt"));
        if let Some(system) = system.filter(|system| !system.is_empty()) {
            found.push(PeerFile { system: system.to_owned(), path });
        }
    }
    found.sort_by(|a, b| a.system.cmp(&b.system));
    Ok(found)
}

/// Reads what a system found in each of the documents of a corpus.
///
/// # Errors
///
/// If the file cannot be read, has another number of lines than there are documents, or a broken mention.
pub fn read(file: &Path, documents: usize) -> Result<Vec<Vec<Found>>, PeersError> {
    let text = std::fs::read_to_string(file).map_err(|error| PeersError::Io { file: file.to_owned(), error })?;
    parse(&text, file, documents)
}

fn parse(text: &str, file: &Path, documents: usize) -> Result<Vec<Vec<Found>>, PeersError> {
    // Not `lines`, whose last may be empty: that is a document without mentions.
    let lines: Vec<&str> = text.strip_suffix('\n').unwrap_or(text).split('\n').collect();
    if lines.len() != documents {
        return Err(PeersError::Lines { file: file.to_owned(), lines: lines.len(), documents });
    }
    let document = |(line, mentions): (usize, &str)| {
        let mentions = mentions.split("||").filter(|mention| !mention.trim().is_empty());
        let read = (1..).zip(mentions).map(|(number, given)| {
            let broken = |why| PeersError::Mention { file: file.to_owned(), line, mention: number, why };
            mention(given).map_err(broken)
        });
        read.collect::<Result<Vec<_>, _>>()
    };
    (1..).zip(lines).map(document).collect()
}

fn mention(given: &str) -> Result<Found, String> {
    let cells: Vec<&str> = given.split(",,").collect();
    let [name, phrase, lat, lon, start, end] = cells[..] else {
        return Err(format!("has {} parts", cells.len()));
    };
    let degrees = |cell: &str| cell.trim().parse::<f64>().map_err(|_| format!("{cell:?} are no degrees"));
    let offset = |cell: &str| cell.trim().parse::<i64>().map_err(|_| format!("{cell:?} is no offset"));
    let place = if lat.trim().is_empty() && lon.trim().is_empty() {
        None
    } else {
        let place =
            |location| FoundPlace { name: name.to_owned(), id: None, location, confidence: None, radius_km: None };
        LatLon::new(degrees(lat)?, degrees(lon)?).map(place)
    };
    Ok(Found { phrase: phrase.to_owned(), start: offset(start)?, end: offset(end)?, place })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_documents() {
        let text = "Ulm, BW,,Ulm,,48.4,,10.0,,0,,3||Nowhere,,Bir,,,,,,7,,10||\n\nUlm,,Ulm,,1080,,10,,-1,,2\n";
        let found = parse(text, Path::new("own.X.txt"), 3).unwrap();
        assert_eq!(found.iter().map(Vec::len).collect::<Vec<_>>(), [2, 0, 1]);
        assert_eq!(found[0][0].place.as_ref().map(|place| place.location.lat), Some(48.4));
        assert_eq!((found[0][1].start, found[0][1].end, &found[0][1].place), (7, 10, &None));
        assert_eq!((found[2][0].start, &found[2][0].place), (-1, &None));
    }

    #[test]
    fn faults_have_their_place() {
        for (text, why) in [
            ("", "own.X.txt: 1 lines; expected one for each of the 2"),
            ("\na,,b,,1,,2,,3", "own.X.txt:2: mention 1: has 5 parts"),
            ("a,,b,,1,,2,,0,,1||a,,b,,x,,2,,3,,4\n\n", "own.X.txt:1: mention 2: \"x\" are no degrees"),
            ("a,,b,,1,,2,,3,,4.5\n\n", "\"4.5\" is no offset"),
        ] {
            let message = parse(text, Path::new("own.X.txt"), 2).unwrap_err().to_string();
            assert!(message.contains(why), "{message}");
        }
    }

    #[test]
    fn files_go_by_their_corpus() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["own.B.txt", "own.A.txt", "own.txt", "own..txt", "other.A.txt", "own.A.csv"] {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        let found = of_corpus(folder.path(), "own").unwrap();
        assert_eq!(found.iter().map(|file| file.system.as_str()).collect::<Vec<_>>(), ["A", "B"]);
        assert!(of_corpus(&folder.path().join("none"), "own").is_err());
    }
}
