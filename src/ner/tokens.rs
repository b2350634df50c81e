//! Tokens: the pieces of words that the model reads, with their places in the document.

use std::sync::Arc;

use hashbrown::DefaultHashBuilder;
use quick_cache::UnitWeighter;
use quick_cache::sync::{Cache, DefaultLifecycle};
use tokenizers::{Encoding, ModelWrapper, NormalizerWrapper, PreTokenizerWrapper, Tokenizer};

use super::case::Case;
use super::word_borders;
use crate::document::Span;

/// One token of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// Its id in the tokenizer's vocabulary.
    pub id: u32,
    /// The case shape of its word, see [`Case::id`].
    pub case_id: u8,
    /// Its place in the document.
    pub span: Span,
    /// The place of its word, as far as it goes: the later pieces of a word may lengthen it. Empty at the begin of the document
    /// for what belongs to no word.
    pub word: Span,
    /// Whether it is the first piece of its word.
    pub first_piece: bool,
    /// Whether Hugging Face's pipeline takes it for a later piece of a word.
    pub continues: bool,
    /// The number of its sentence in the document.
    pub sentence: usize,
}

/// The special tokens that a model expects around a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SpecialTokens {
    /// Ids before the text.
    pub leading: Vec<u32>,
    /// Ids after the text.
    pub trailing: Vec<u32>,
}

impl SpecialTokens {
    /// The special tokens that the tokenizer itself puts around a text.
    fn of(tokenizer: &Tokenizer) -> tokenizers::Result<Self> {
        let encoding = tokenizer.encode("a", true)?;
        let special: Vec<(u32, bool)> = (encoding.get_ids().iter().copied())
            .zip(encoding.get_special_tokens_mask().iter().map(|&mask| mask == 1))
            .collect();
        let leading = special.iter().take_while(|(_, special)| *special).count();
        Ok(Self {
            leading: special[..leading].iter().map(|(id, _)| *id).collect(),
            trailing: special[leading..].iter().filter(|(_, special)| *special).map(|(id, _)| *id).collect(),
        })
    }

    /// How many they are.
    pub(super) fn count(&self) -> usize {
        self.leading.len() + self.trailing.len()
    }
}

/// What counts as a word: what is labelled as a whole, by its first token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WordRule {
    /// What the tokenizer takes for one: for models that were trained so, by `scripts/encoding.py`.
    Tokenizer,
    /// What people take for one, see [`word_borders::words`]: for all others.
    Written,
}

/// Splits sentences into tokens. Any number of threads may use one at the same time.
pub struct SentenceTokenizer {
    tokenizer: Tokenizer,
    special: SpecialTokens,
    rule: WordRule,
    /// How pieces inside words begin, where the tokenizer marks them: `##`.
    continuation: Option<String>,
    unknown: Option<u32>,
    /// `None` where what becomes of a word depends on what stands beside it.
    known: Option<KnownWords>,
}

impl SentenceTokenizer {
    /// Reads a `tokenizer.json`.
    ///
    /// # Errors
    ///
    /// If the bytes are none, or one that cannot split a text.
    pub fn from_bytes(bytes: &[u8]) -> tokenizers::Result<Self> {
        let mut tokenizer = Tokenizer::from_bytes(bytes)?;
        // Windows are ours: nothing is cut off and nothing is filled up.
        tokenizer.with_truncation(None)?;
        tokenizer.with_padding(None);
        // "[SEP]" in an article is five characters, not the end of a window.
        tokenizer.set_encode_special_tokens(true);
        let special = SpecialTokens::of(&tokenizer)?;
        let known = reads_words_alone(&tokenizer).then(KnownWords::new);
        let (continuation, unknown) = match tokenizer.get_model() {
            ModelWrapper::WordPiece(model) => {
                (Some(model.continuing_subword_prefix.clone()), tokenizer.token_to_id(&model.unk_token))
            }
            _ => (None, None),
        };
        Ok(Self { tokenizer, special, rule: WordRule::Tokenizer, continuation, unknown, known })
    }

    /// The same with another idea of what a word is; without this, it is the tokenizer's.
    #[must_use]
    pub fn with_rule(self, rule: WordRule) -> Self {
        Self { rule, known: self.known.filter(|_| rule == WordRule::Tokenizer), ..self }
    }

    /// What counts as a word.
    pub fn rule(&self) -> WordRule {
        self.rule
    }

    /// The special tokens that stand around a text.
    pub fn special(&self) -> &SpecialTokens {
        &self.special
    }

    /// How many tokens it knows, and the last of them that a text may have.
    pub fn vocabulary(&self) -> (usize, Option<u32>) {
        // Counted, since the vocabulary itself would be copied, and ids have no gaps.
        let tokens = self.tokenizer.get_vocab_size(false);
        let last = u32::try_from(tokens).ok().and_then(|tokens| tokens.checked_sub(1));
        (tokens, last.filter(|&last| self.tokenizer.id_to_token(last).is_some()))
    }

    /// Whether the pieces of words are marked as such, as those of BERT are: then Hugging Face's pipeline goes by the marks.
    pub fn marks_pieces(&self) -> bool {
        self.continuation.is_some()
    }

    /// Adds the tokens of a stretch of a text to others. It is one sentence, of this number in the document, or begins or goes on
    /// with it where it is very long: see [`next_stretch`].
    ///
    /// # Errors
    ///
    /// If the tokenizer fails.
    pub fn add_tokens(
        &self,
        text: &str,
        stretch: Span,
        sentence: usize,
        tokens: &mut Vec<Token>,
    ) -> tokenizers::Result<()> {
        let mut add = |pieces: &[Piece], offset: usize| {
            tokens.extend(pieces.iter().map(|piece| piece.token(offset, sentence)));
        };
        match (&self.known, self.rule) {
            (Some(known), _) => {
                for (offset, chunk) in chunks(stretch.of(text)) {
                    add(&known.get(chunk, || self.pieces(chunk))?, stretch.start + offset);
                }
            }
            (None, WordRule::Tokenizer) => add(&self.pieces(stretch.of(text))?, stretch.start),
            (None, WordRule::Written) => {
                let is_behind_blank = text[..stretch.start].ends_with(char::is_whitespace);
                let pieces = self.written_pieces(stretch.of(text), is_behind_blank)?;
                add(&pieces, stretch.start);
            }
        }
        Ok(())
    }

    fn pieces(&self, text: &str) -> tokenizers::Result<Arc<[Piece]>> {
        Ok(pieces(text, &self.tokenizer.encode(text, false)?))
    }

    /// The pieces of a text by the words that people see. Where it stands behind a blank, it is read so: many tokenizers read
    /// the first word of a text otherwise, and models have hardly ever seen it so.
    fn written_pieces(&self, text: &str, behind_blank: bool) -> tokenizers::Result<Vec<Piece>> {
        let (encoding, blank) = match behind_blank {
            true => (self.tokenizer.encode(format!(" {text}"), false)?, 1),
            false => (self.tokenizer.encode(text, false)?, 0),
        };
        let words = word_borders::words(text);
        let ids = encoding.get_ids();
        let mut pieces = Vec::with_capacity(ids.len());
        // The word of the token before, and the last that one has reached into.
        let (mut before, mut within) = (None, None);
        for (&id, &(start, end)) in ids.iter().zip(encoding.get_offsets()) {
            let span = in_characters(text, start.saturating_sub(blank), end.saturating_sub(blank));
            let inside = span.of(text);
            let blank_only = inside.trim().is_empty();
            // A blank that is a token by itself is the first piece of the word behind it, as in training.
            let at = if blank_only { span.end } else { span.start + inside.len() - inside.trim_start().len() };
            let n = words.partition_point(|word| word.end <= at);
            let word = words.get(n).filter(|word| if blank_only { word.start == at } else { word.start <= at });
            let number = word.map(|_| n);
            let first = number.is_some() && number > within;
            // Tokenizers that know no borders of words have tokens of several: of Chinese, most are.
            let last = (n..words.partition_point(|word| word.start < span.end)).rev();
            let last =
                last.map(|last| (last, words[last])).find(|(_, word)| word.of(text).contains(char::is_alphanumeric));
            let end = last.map_or(0, |(_, last)| last.end);
            within = within.max(number).max(last.filter(|_| number.is_some()).map(|(last, _)| last));
            pieces.push(Piece {
                id,
                span,
                word: word.map(|word| Span::new(word.start, word.end.max(end))),
                case_id: 0,
                first,
                continues: match &self.continuation {
                    Some(prefix) => Some(id) != self.unknown && self.is_continued(id, prefix, inside),
                    None => number.is_some() && number == before,
                },
            });
            before = number;
        }
        Ok(pieces)
    }

    /// Whether a token is a later piece of a word by the rule of Hugging Face's pipeline: it is not as long as what it stands for.
    fn is_continued(&self, id: u32, prefix: &str, inside: &str) -> bool {
        let token = self.tokenizer.id_to_token(id).unwrap_or_default();
        !prefix.is_empty() && token.chars().count() != inside.chars().count()
    }
}

/// A stretch of a text, at borders of characters: tokenizers that split characters into bytes have tokens that begin inside one.
fn in_characters(text: &str, start: usize, end: usize) -> Span {
    let start = text.floor_char_boundary(start);
    Span::new(start, text.ceil_char_boundary(end).max(start))
}

/// A token of a text by itself.
#[derive(Clone, Copy)]
struct Piece {
    id: u32,
    span: Span,
    /// `None` for what belongs to no word.
    word: Option<Span>,
    case_id: u8,
    first: bool,
    continues: bool,
}

impl Piece {
    /// The token, where its text begins at byte `offset` of the document, in the sentence `sentence`.
    fn token(&self, offset: usize, sentence: usize) -> Token {
        let Self { id, span, word, case_id, first, continues } = *self;
        let word = word.map_or(Span::new(0, 0), |word| word.shifted(offset));
        Token { id, case_id, span: span.shifted(offset), word, first_piece: first, continues, sentence }
    }
}

/// The pieces of a text, with the case of their words.
fn pieces(text: &str, encoding: &Encoding) -> Arc<[Piece]> {
    let (ids, words) = (encoding.get_ids(), encoding.get_word_ids());
    let spans: Vec<Span> = encoding.get_offsets().iter().map(|&(start, end)| in_characters(text, start, end)).collect();
    let mut found = Vec::with_capacity(ids.len());
    let mut first = 0;
    while first < ids.len() {
        let mut last = first;
        while last + 1 < ids.len() && words[last + 1].is_some() && words[last + 1] == words[first] {
            last += 1;
        }
        let case = Case::of(&text[spans[first].start..spans[last].end.max(spans[first].start)]);
        found.extend((first..=last).map(|n| Piece {
            id: ids[n],
            span: spans[n],
            word: Some(spans[n]),
            case_id: case.id(n == first),
            first: n == first,
            continues: n != first,
        }));
        first = last + 1;
    }
    found.into()
}

/// Bytes of a sentence that are given to a tokenizer at once, at most: it takes some hundred times as many for its own ends.
const LONGEST: usize = 1 << 16;

/// The stretch with which the reading of a sentence begins: all of it, or what ends at a border of words where it is so long
/// that no person has written it.
pub fn next_stretch(text: &str, sentence: Span) -> Span {
    if sentence.len() <= LONGEST {
        return sentence;
    }
    let end = text.floor_char_boundary(sentence.start + LONGEST);
    let stretch = &text[sentence.start..end];
    let border = stretch.rfind(char::is_whitespace).filter(|&at| at > 0);
    let border = border.or_else(|| stretch.rfind(|c: char| c.is_ascii_punctuation()).filter(|&at| at > 0));
    Span::new(sentence.start, border.map_or(end, |at| sentence.start + at))
}

/// Stretches of a sentence that a tokenizer of BERT's kind reads each by itself, with their places: it splits at white space,
/// and before and behind ASCII punctuation. It splits elsewhere too, inside these stretches.
fn chunks(sentence: &str) -> impl Iterator<Item = (usize, &str)> {
    let is_white = |byte: u8| matches!(byte, b' ' | b'\n' | b'\t' | b'\r');
    let bytes = sentence.as_bytes();
    let mut end = 0;
    std::iter::from_fn(move || {
        let start = end + bytes[end..].iter().position(|&byte| !is_white(byte))?;
        let is_border = |byte: u8| is_white(byte) || byte.is_ascii_punctuation();
        let rest = bytes[start + 1..].iter();
        end = match bytes[start].is_ascii_punctuation() {
            true => start + 1,
            false => start + 1 + rest.take_while(|&&byte| !is_border(byte)).count(),
        };
        Some((start, &sentence[start..end]))
    })
}

/// Whether the tokenizer splits at white space and looks at no more than one word from there on, as BERT's does.
fn reads_words_alone(tokenizer: &Tokenizer) -> bool {
    let normalizer = tokenizer.get_normalizer();
    let splitter = tokenizer.get_pre_tokenizer();
    normalizer.is_none_or(|normalizer| matches!(normalizer, NormalizerWrapper::BertNormalizer(_)))
        && splitter.is_some_and(|splitter| matches!(splitter, PreTokenizerWrapper::BertPreTokenizer(_)))
        && matches!(tokenizer.get_model(), ModelWrapper::WordPiece(_) | ModelWrapper::WordLevel(_))
        // Added tokens may span words; special ones are not looked for in a text.
        && tokenizer.get_added_tokens_decoder().values().all(|token| token.special)
}

/// Words that were just seen, with their pieces: a text repeats most of its words, and all texts have many in common.
struct KnownWords {
    words: Cache<Box<str>, Arc<[Piece]>, UnitWeighter, DefaultHashBuilder>,
}

impl KnownWords {
    /// So many words take some ten megabytes.
    const CAPACITY: usize = 1 << 16;
    /// Longer words, in bytes, are rare, and not kept.
    const LONGEST: usize = 32;

    fn new() -> Self {
        let (hasher, lifecycle) = (DefaultHashBuilder::default(), DefaultLifecycle::default());
        Self { words: Cache::with(Self::CAPACITY, Self::CAPACITY as u64, UnitWeighter, hasher, lifecycle) }
    }

    /// The pieces of a word, by `make` if it isn't known.
    fn get<E>(&self, word: &str, make: impl FnOnce() -> Result<Arc<[Piece]>, E>) -> Result<Arc<[Piece]>, E> {
        if word.len() > Self::LONGEST {
            return make();
        }
        if let Some(pieces) = self.words.get(word) {
            return Ok(pieces);
        }
        let pieces = make()?;
        self.words.insert(word.into(), pieces.clone());
        Ok(pieces)
    }
}
