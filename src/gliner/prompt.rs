//! What a model is given: labels and words as token ids, with the masks that say which is which.
//!
//! The input is what gliner's processor makes: `<<ENT>> label <<ENT>> label <<SEP>> word word …`, in which each label and each
//! word is tokenised by itself, between the special tokens of the tokenizer.

use std::collections::HashSet;
use std::ops::Range;

use ndarray::{Array2, Array3};
use tokenizers::{Encoding, Tokenizer};

use super::config::{Config, Mode, Pooling};
use super::words::words;
use crate::document::Span;
use crate::message::one_line;
use crate::model_error::GlinerError;

/// Words that are given to the tokenizer at once.
const AT_ONCE: usize = 1024;
/// Bytes of a word that are read: no name is as long, and some tokenizers take time by the square of them.
const LONGEST_WORD: usize = 1 << 12;
/// Tokens for the text beside its labels, at least.
const LEAST_ROOM: usize = 16;

/// The inputs of one run, named as in the graph, for a batch of one.
#[derive(Clone, Debug, PartialEq)]
pub struct Inputs {
    /// `[1, tokens]`.
    pub input_ids: Array2<i64>,
    /// `[1, tokens]`: ones, since nothing is padded.
    pub attention_mask: Array2<i64>,
    /// `[1, tokens]`: the number of the word, from one, at the tokens that it is read by, and zero elsewhere.
    pub words_mask: Array2<i64>,
    /// `[1, 1]`: how many words there are.
    pub text_lengths: Array2<i64>,
    /// The spans that are asked for, in [`Mode::Span`].
    pub spans: Option<Spans>,
}

/// The spans that are asked for: from each word all that are up to [`Config::max_width`] words long, the shortest first.
#[derive(Clone, Debug, PartialEq)]
pub struct Spans {
    /// `span_idx`, `[1, words × width, 2]`: their first and their last word, from zero.
    pub idx: Array3<i64>,
    /// `span_mask`, `[1, words × width]`: whether they end in the text.
    pub mask: Array2<bool>,
}

/// The labels that are asked for, as tokens.
#[derive(Clone, Debug)]
pub struct Prompt {
    ids: Vec<i64>,
    labels: usize,
    /// Tokens of a text that fit in behind it.
    room: usize,
}

impl Prompt {
    /// How many labels there are.
    pub fn labels(&self) -> usize {
        self.labels
    }

    /// Tokens of a text that a run has room for.
    pub fn room(&self) -> usize {
        self.room
    }
}

/// The words of a text, as tokens. A word of which the tokenizer leaves nothing, such as a zero-width space, is none.
///
/// gliner counts such words but gives the model no token for them, so that all names behind them are told one word too early.
#[derive(Clone, Debug, Default)]
pub struct TextWords {
    spans: Vec<Span>,
    ids: Vec<i64>,
    /// Where the tokens of each word end in `ids`.
    ends: Vec<usize>,
}

impl TextWords {
    /// The place of each word in the text.
    pub fn spans(&self) -> &[Span] {
        &self.spans
    }

    /// The tokens of a word.
    pub fn tokens(&self, word: usize) -> &[i64] {
        let start = if word == 0 { 0 } else { self.ends[word - 1] };
        &self.ids[start..self.ends[word]]
    }
}

/// Makes the inputs of a model. Any number of threads may use one at the same time.
pub struct Processor {
    tokenizer: Tokenizer,
    config: Config,
    ent: i64,
    leading: Vec<i64>,
    trailing: Vec<i64>,
}

impl Processor {
    /// Of a `tokenizer.json`, which `name` stands for in errors.
    ///
    /// # Errors
    ///
    /// If it is none, or not that of the model.
    pub fn new(name: &str, bytes: &[u8], mut config: Config) -> Result<Self, GlinerError> {
        let failed = |why: String| GlinerError::Tokenizer { tokenizer: name.to_owned(), why };
        let told = |error: tokenizers::Error| failed(one_line(&error.to_string()));
        let mut tokenizer = Tokenizer::from_bytes(bytes).map_err(told)?;
        // What a tokenizer was saved with tells how much the encoder can read, where nothing else does.
        let saved = tokenizer.get_truncation().map(|truncation| truncation.max_length);
        config.max_tokens = config.max_tokens.into_iter().chain(saved).min();
        // Windows are ours: nothing is cut off and nothing is filled up.
        tokenizer.with_truncation(None).map_err(told)?;
        tokenizer.with_padding(None);
        let ent = tokenizer.token_to_id(&config.ent_token);
        let ent =
            ent.ok_or_else(|| failed(format!("it has no token {:?}, which stands before labels", config.ent_token)))?;
        if let Some(index) = config.class_token_index.filter(|&index| index != ent) {
            let token = &config.ent_token;
            return Err(failed(format!(
                "{token:?} is token {ent}, and {index} by class_token_index of {}",
                config.name
            )));
        }
        let around = tokenizer.encode(["a"].as_slice(), true).map_err(told)?;
        let special: Vec<(i64, bool)> =
            ids(&around).zip(around.get_special_tokens_mask().iter().map(|&mask| mask == 1)).collect();
        let leading = special.iter().take_while(|(_, special)| *special).count();
        let trailing = special[leading..].iter().filter(|(_, special)| *special).map(|&(id, _)| id).collect();
        let leading = special[..leading].iter().map(|&(id, _)| id).collect();
        Ok(Self { tokenizer, config, ent: i64::from(ent), leading, trailing })
    }

    /// What the model is like.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The tokens of some labels, which are the words that the model reads: "armed group".
    ///
    /// # Errors
    ///
    /// If there is none, one is empty or stands there twice, or they leave no room for a text.
    pub fn prompt(&self, labels: &[String]) -> Result<Prompt, GlinerError> {
        let failed = |why: String| Err(GlinerError::Labels(why));
        if labels.is_empty() {
            return failed("there is none".into());
        }
        let mut seen = HashSet::new();
        if let Some(twice) = labels.iter().find(|label| !seen.insert(label.as_str())) {
            return failed(format!("{twice:?} is there twice"));
        }
        let mut prompt: Vec<i64> = Vec::new();
        for label in labels {
            let encoding = self.encode(&[&self.config.ent_token, label])?;
            let read = encoding.get_word_ids().contains(&Some(1));
            if !read || ids(&encoding).filter(|&id| id == self.ent).count() != 1 {
                return failed(format!("{label:?} is nothing that the model can read"));
            }
            prompt.extend(ids(&encoding));
        }
        prompt.extend(ids(&self.encode(&[&self.config.sep_token])?));
        let taken = prompt.len() + self.leading.len() + self.trailing.len();
        let limit = self.config.max_tokens;
        let room = limit.map_or_else(|| self.usual_room(), |limit| limit.saturating_sub(taken).min(self.usual_room()));
        if room < LEAST_ROOM {
            let limit = limit.unwrap_or_default();
            return failed(format!("they take {taken} of the {limit} tokens that the model reads at once"));
        }
        Ok(Prompt { ids: prompt, labels: labels.len(), room })
    }

    /// Tokens of a text at once where the encoder sets no narrower limit. Words of Chinese are whole clauses, and attention takes
    /// memory by the square of tokens.
    fn usual_room(&self) -> usize {
        (4 * self.config.max_len).max(512)
    }

    /// The words of a text.
    ///
    /// # Errors
    ///
    /// If the tokenizer fails.
    pub fn read(&self, text: &str) -> Result<TextWords, GlinerError> {
        let mut read = TextWords::default();
        let mut spans = words(text);
        loop {
            let some: Vec<Span> = spans.by_ref().take(AT_ONCE).collect();
            if some.is_empty() {
                return Ok(read);
            }
            let parts: Vec<&str> = some.iter().map(|span| shortened(span.of(text))).collect();
            let encoding = self.encode(&parts)?;
            let mut last = None;
            for (id, word) in ids(&encoding).zip(encoding.get_word_ids()) {
                // Without the special tokens, each is of a word.
                let Some(word) = *word else { continue };
                read.ids.push(id);
                if last == Some(word) {
                    if let Some(end) = read.ends.last_mut() {
                        *end = read.ids.len();
                    }
                } else {
                    read.spans.push(some[word as usize]);
                    read.ends.push(read.ids.len());
                    last = Some(word);
                }
            }
        }
    }

    fn encode(&self, parts: &[&str]) -> Result<Encoding, GlinerError> {
        self.tokenizer.encode(parts, false).map_err(|error| GlinerError::Tokens(one_line(&error.to_string())))
    }

    /// The inputs of a run on some of the words of a text. Of a word that takes more than [`Prompt::room`], the first tokens
    /// are read.
    pub fn inputs(&self, prompt: &Prompt, text: &TextWords, range: Range<usize>) -> Inputs {
        let count = range.len();
        let mut input_ids = [self.leading.as_slice(), &prompt.ids].concat();
        let mut words_mask = vec![0; input_ids.len()];
        for (number, word) in (1..).zip(range) {
            let tokens = text.tokens(word);
            let tokens = &tokens[..tokens.len().min(prompt.room)];
            let from = input_ids.len();
            input_ids.extend(tokens);
            words_mask.resize(input_ids.len(), 0);
            match self.config.pooling {
                Pooling::First => words_mask[from] = number,
                Pooling::Last => words_mask[input_ids.len() - 1] = number,
                Pooling::Mean | Pooling::Max => words_mask[from..].fill(number),
            }
        }
        input_ids.extend(&self.trailing);
        words_mask.resize(input_ids.len(), 0);
        Inputs {
            attention_mask: Array2::ones((1, input_ids.len())),
            input_ids: row(input_ids),
            words_mask: row(words_mask),
            text_lengths: Array2::from_elem((1, 1), count as i64),
            spans: (self.config.mode == Mode::Span).then(|| spans(count, self.config.max_width)),
        }
    }
}

/// The spans of so many words.
fn spans(words: usize, width: usize) -> Spans {
    let at = |n: usize, end: usize| n / width + end * (n % width);
    Spans {
        idx: Array3::from_shape_fn((1, words * width, 2), |(_, n, end)| at(n, end) as i64),
        mask: Array2::from_shape_fn((1, words * width), |(_, n)| at(n, 1) < words),
    }
}

fn ids(encoding: &Encoding) -> impl Iterator<Item = i64> {
    encoding.get_ids().iter().map(|&id| i64::from(id))
}

fn row(values: Vec<i64>) -> Array2<i64> {
    let shape = (1, values.len());
    Array2::from_shape_vec(shape, values).expect("one row has all values")
}

fn shortened(word: &str) -> &str {
    &word[..word.floor_char_boundary(LONGEST_WORD)]
}
