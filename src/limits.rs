//! What one document may take. A text that no person has written is told as an error by itself, so that the others go on.

/// Words that may be names in a document, at most, with the others of their sentences: half as many again as there are in an
/// English text of ten million characters.
pub const MOST_WORDS: usize = 3_000_000;

/// Names of a document, at most: twice as many as in news of ten million characters.
pub const MOST_MENTIONS: usize = 300_000;

/// The same where each is explained.
pub const MOST_EXPLAINED: usize = 30_000;

/// Bytes that are kept of a byte of text while its names are found, about: every fourth begins a word.
const OF_TEXT: usize = 16;

/// Bytes that are kept of a word while names are put together, about, beside those for the word itself.
const OF_WORD: usize = 56;

/// Bytes that are kept of a name until it is written, about.
const OF_MENTION: usize = 1_500;

/// The same where it is explained.
const OF_EXPLAINED: usize = 15_000;

/// What takes fewer bytes is not asked for beforehand.
const LITTLE: usize = 32 << 20;

/// What is left for everything else.
const SPARE: usize = 48 << 20;

/// A document takes more than it may.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LimitError {
    /// It has too many of something.
    #[error(
        "the document has more than {most} {what}; expected fewer in one text: split it into its articles or chapters"
    )]
    TooMany {
        /// Of what.
        what: &'static str,
        /// How many it may have.
        most: usize,
    },
    /// There is not enough memory for it.
    #[error(
        "the document takes some {} MB of memory, and there is no room for them; expected a smaller one, or more memory: raise \
         the limit that the process was given, ask for fewer threads, or split the text",
        bytes >> 20
    )]
    NoRoom {
        /// Bytes that it takes, about.
        bytes: usize,
    },
}

/// Whether the names of a text can be looked for.
///
/// # Errors
///
/// If there is no room for that.
pub fn check_text(text: &str) -> Result<(), LimitError> {
    check_room(text.len().saturating_mul(OF_TEXT))
}

/// Whether so many words may be kept.
///
/// # Errors
///
/// If they are too many.
pub fn check_words(words: usize) -> Result<(), LimitError> {
    check_count(words, "words that may be names", MOST_WORDS)
}

/// Whether names can be put together of so many words.
///
/// # Errors
///
/// If there is no room for that.
pub fn check_decoding(words: usize) -> Result<(), LimitError> {
    check_room(words * OF_WORD)
}

/// Makes room for more values.
///
/// # Errors
///
/// If there is none.
pub fn reserve<T>(values: &mut Vec<T>, more: usize) -> Result<(), LimitError> {
    let bytes = (values.len() + more).saturating_mul(size_of::<T>());
    values.try_reserve(more).map_err(|_| LimitError::NoRoom { bytes })
}

/// Whether so many names may be resolved; `explained`: with what speaks for each.
///
/// # Errors
///
/// If they are too many, or there is no room for them.
pub fn check_mentions(mentions: usize, explained: bool) -> Result<(), LimitError> {
    let (what, most, bytes) = match explained {
        true => ("names to be explained", MOST_EXPLAINED, OF_EXPLAINED),
        false => ("names", MOST_MENTIONS, OF_MENTION),
    };
    check_count(mentions, what, most)?;
    check_room(mentions * bytes)
}

/// Whether so many names take so much memory that other documents of their kind wait for them.
pub fn are_many(mentions: usize, explained: bool) -> bool {
    mentions * if explained { OF_EXPLAINED } else { OF_MENTION } >= LITTLE
}

fn check_count(count: usize, what: &'static str, most: usize) -> Result<(), LimitError> {
    if count > most { Err(LimitError::TooMany { what, most }) } else { Ok(()) }
}

/// Asks for memory and gives it back: where a limit is set for the process, or for all of them, it is refused here and now, and
/// not in the middle of the work, which could only end then.
fn check_room(bytes: usize) -> Result<(), LimitError> {
    if bytes < LITTLE {
        return Ok(());
    }
    let mut room: Vec<u8> = Vec::new();
    room.try_reserve_exact(bytes.saturating_add(SPARE)).map_err(|_| LimitError::NoRoom { bytes })?;
    // Else the compiler would leave out both.
    std::hint::black_box(&mut room);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_much_is_told_with_what_to_do() {
        assert_eq!(check_mentions(MOST_MENTIONS, false), Ok(()));
        let told = check_mentions(MOST_MENTIONS + 1, false).unwrap_err().to_string();
        assert!(told.starts_with("the document has more than 300000 names; expected"), "{told}");
        let told = check_mentions(MOST_EXPLAINED + 1, true).unwrap_err().to_string();
        assert!(told.contains("more than 30000 names to be explained"), "{told}");
        let told = check_room(usize::MAX / 4).unwrap_err().to_string();
        assert!(told.contains("MB of memory") && told.contains("split the text"), "{told}");
    }
}
