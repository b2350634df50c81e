//! The files of a source.

use std::iter;

use super::archive::is_archive;
use super::globs::Globs;
use super::place::{Files, Source};
use super::{folder, objects, unpacked};

/// The files of a source: itself, or those of a folder and the folders in it, in the order of their names, and those of zip
/// archives. Hidden ones are passed over, and those that tell of the data beside them.
pub fn files(source: &Source, globs: &Globs) -> Files {
    match source {
        Source::File(path) if path.is_dir() => folder::files(path, globs),
        Source::File(path) if is_archive(path) => unpacked::files(path, globs),
        Source::Remote(remote) => objects::files(remote, globs),
        _ => Box::new(iter::once(Ok(source.clone()))),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;

    #[test]
    fn folders_are_walked_in_order() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        for name in ["b.txt", "a/2.txt", "a/1.csv", ".hidden/x.txt", ".gitignore"] {
            fs::create_dir_all(root.join(name).parent().unwrap()).unwrap();
            // A file that git ignores is read all the same.
            fs::write(root.join(name), "*.txt").unwrap();
        }
        let found = |patterns: &[&str]| -> Vec<String> {
            let globs = Globs::new(patterns.iter().map(|&pattern| pattern.to_owned()).collect()).unwrap();
            let found = files(&Source::File(root.to_owned()), &globs);
            found
                .map(|file| match file {
                    Ok(Source::File(path)) => path.strip_prefix(root).unwrap().display().to_string(),
                    other => format!("{other:?}"),
                })
                .collect()
        };
        assert_eq!(found(&[]), ["a/1.csv", "a/2.txt", "b.txt"]);
        assert_eq!(found(&["*.txt"]), ["a/2.txt", "b.txt"]);
        assert_eq!(found(&["a/*"]), ["a/1.csv", "a/2.txt"]);
        assert_eq!(found(&["*"]), ["a/1.csv", "a/2.txt", "b.txt"]);
        let reads =
            |pattern: &str, path: &str| Globs::new(vec![pattern.to_owned()]).unwrap().reads(root, &root.join(path));
        assert!(reads("*.txt", "new/x.txt") && !reads("*.txt", "x.jsonl") && !reads("*", ".x/y.txt"));
        assert!(Globs::default().reads(root, &root.join("x")) && !Globs::default().reads(root, Path::new("/x")));
        assert_eq!(found(&["!*.csv"]), ["a/2.txt", "b.txt"]);
        assert!(found(&["*.xml"])[0].contains("EmptyFolder"));
        assert!(Globs::new(vec!["a{".into()]).is_err());
    }

    #[test]
    fn a_runs_own_files_are_no_input() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["a.txt", "out.part/b.txt", "out"] {
            fs::create_dir_all(folder.path().join(name).parent().unwrap()).unwrap();
            fs::write(folder.path().join(name), "").unwrap();
        }
        let own = ["out", "out.part"].map(|name| folder.path().join(name));
        let found: Vec<_> = files(&Source::File(folder.path().to_owned()), &Globs::default().without(own))
            .map(Result::unwrap)
            .collect();
        assert_eq!(found, [Source::File(folder.path().join("a.txt"))]);
    }
}
