//! What the user of this command line can do about errors of the library: its errors tell what is wrong and what was
//! expected, and know no flags.

use std::error::Error;
use std::io;

use dateline::inner::corpus::ahead::InputError;
use dateline::inner::corpus::checkpoint::ManifestError;
use dateline::inner::corpus::error::{Fault, Untagged};
use dateline::inner::corpus::output::{JournalError, NotAsLeft};
use dateline::inner::layer::WriteError;

const RESTART: &str = "begin anew with --restart";

/// What can be done about a document that cannot be read.
pub fn of_fault(fault: &Fault) -> Option<String> {
    let hint = match fault {
        Fault::EmptyFolder => "check the path and --glob",
        Fault::NoText(_) => "say what it is with --input, or --input text to take it as it is",
        Fault::Record { .. } => "mend it, or name its fields with --text-field and --id-field",
        Fault::Untagged(Untagged::NoText) => "was it written with --no-text?",
        Fault::Untagged(Untagged::Offset(_)) => "was it written with other --offsets?",
        Fault::NotTagged(_) => "tag it first, or say --input jsonl",
        Fault::TooLong { .. } => "split it, or allow more with --max-chars",
        Fault::Damaged { .. } => "copy it anew, or say what it is with --input",
        Fault::Foreign(_)
        | Fault::Missing
        | Fault::Store(_)
        | Fault::Walk(_)
        | Fault::Special
        | Fault::Io(_)
        | Fault::NotUtf8 { .. }
        | Fault::Binary { .. }
        | Fault::Untagged(_)
        | Fault::Page(_) => return None,
    };
    Some(hint.to_owned())
}

/// What can be done about input that is not there to go on with.
fn of_input(error: &InputError) -> Option<String> {
    match error {
        InputError::Other(_) => Some(format!("give it again, or {RESTART}")),
        InputError::Broken => None,
    }
}

/// What can be done about a run that no more can be taken of.
fn of_journal(error: &JournalError) -> Option<String> {
    match error {
        JournalError::TooManyErrors { listed, .. } => {
            let listed = listed.as_ref().map_or(String::new(), |path| format!("; {} lists them", path.display()));
            Some(format!("mend them and {RESTART}, or go on with --resume and allow more with --max-errors{listed}"))
        }
        JournalError::Write { .. } => None,
    }
}

/// What can be done about layers that cannot be written.
fn of_write(error: &WriteError) -> Option<String> {
    match error {
        WriteError::Layers(_) => Some("name one with --layer".to_owned()),
        WriteError::NoStream => Some("name it with --output".to_owned()),
        WriteError::NoPage | WriteError::Io(_) | WriteError::Encoding(_) => None,
    }
}

fn of_error(error: &(dyn Error + 'static)) -> Option<String> {
    if let Some(error) = error.downcast_ref::<io::Error>() {
        return of_error(error.get_ref()?);
    }
    let is_damaged = matches!(error.downcast_ref(), Some(ManifestError::Unreadable { .. }));
    if is_damaged || error.is::<NotAsLeft>() {
        return Some(RESTART.to_owned());
    }
    let input = error.downcast_ref().and_then(of_input);
    input.or_else(|| error.downcast_ref().and_then(of_journal)).or_else(|| error.downcast_ref().and_then(of_write))
}

/// An error in its own words, with what can be done about it.
pub fn told(error: &(dyn Error + 'static)) -> String {
    match of_error(error) {
        Some(hint) => format!("{error}: {hint}"),
        None => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use dateline::inner::corpus::tolerance::Tolerance;

    use super::*;

    #[test]
    fn errors_are_told_with_the_flags_that_help() {
        let left = NotAsLeft { path: PathBuf::from("out.part"), what: "is missing" };
        let error = anyhow::Error::from(io::Error::other(left)).context("out");
        let told: Vec<String> = error.chain().map(told).collect();
        assert_eq!(told[0], "out");
        assert!(told[1].starts_with("out.part: is missing; expected") && told[1].ends_with("--restart"), "{told:?}");
        let listed = Some(PathBuf::from("e.jsonl"));
        let error = JournalError::TooManyErrors { failed: 2, records: 9, most: Tolerance::Count(1), listed };
        let expected = "2 of 9 records failed, more than 1; expected fewer: mend them and begin anew with --restart, or go on with \
                        --resume and allow more with --max-errors; e.jsonl lists them";
        assert_eq!(super::told(&error), expected);
        assert_eq!(super::told(&io::Error::other("said")), "said");
    }
}
