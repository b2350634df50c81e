//! Words put together as people write them.
//!
//! Corpora part punctuation, quotes and clitics from the words that they stand at. What the corpus itself says of its spaces
//! goes first; else marks that close stand against the word before them, those that open against the word behind, and
//! quotes are paired within the sentence. Escapes of the Penn Treebank (`-LRB-`, two grave accents) become what they stand for.

use std::borrow::Cow;

/// Marks that stand against the word before them.
const CLOSING: &[&str] = &[
    ".", ",", ";", ":", "!", "?", "%", ")", "]", "}", "’", "”", "»", "›", "…", "‰", "°", "'s", "’s", "n't", "n’t",
    "'m", "’m", "'re", "’re", "'ve", "’ve", "'ll", "’ll", "'d", "’d",
];

/// Marks that stand against the word behind them.
const OPENING: &[&str] = &["(", "[", "{", "“", "‘", "«", "‹", "„", "‚", "¿", "¡", "#", "@"];

/// Signs of currencies, which stand against a number behind them. Others may stand before them: "US$".
const CURRENCIES: [char; 5] = ['$', '£', '€', '¥', '₹'];

/// Words of Romance languages that stand against the word behind them, without their apostrophe.
const ELIDED: &[&str] = &[
    "l", "d", "j", "m", "t", "s", "c", "n", "qu", "jusqu", "lorsqu", "puisqu", "quoiqu", "dell", "nell", "sull", "all",
    "dall", "un", "quest", "quell",
];

/// A word, and whether a space follows, if the corpus says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// As the corpus has it.
    pub form: String,
    /// Whether a space follows; `None` if the corpus does not say.
    pub space_after: Option<bool>,
}

/// The words as they are written, each with whether a space stands before it.
pub fn written(pieces: &[Piece]) -> Vec<(bool, Cow<'_, str>)> {
    let forms: Vec<&str> = pieces.iter().map(|piece| piece.form.as_str()).collect();
    let sides = sides(&forms);
    let mut written = Vec::with_capacity(pieces.len());
    for (n, piece) in pieces.iter().enumerate() {
        let space = match n.checked_sub(1) {
            None => false,
            Some(before) => pieces[before].space_after.unwrap_or_else(|| !(sides[before].to_next || sides[n].to_last)),
        };
        // A corpus that knows its spaces has its words as they were printed.
        let form = if piece.space_after.is_some() { Cow::Borrowed(forms[n]) } else { unescaped(forms[n]) };
        written.push((space, form));
    }
    written
}

/// On which sides a word stands against others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Sides {
    to_last: bool,
    to_next: bool,
}

impl Sides {
    const OPENS: Self = Self { to_last: false, to_next: true };
    const CLOSES: Self = Self { to_last: true, to_next: false };
}

fn sides(forms: &[&str]) -> Vec<Sides> {
    // Whether a quote of each kind, " and ', is open.
    let mut open = [false; 2];
    let mut all = Vec::with_capacity(forms.len());
    for (n, form) in forms.iter().enumerate() {
        let behind = &forms[n + 1..];
        all.push(match *form {
            "\"" => quote(&mut open[0], || opens(n, "\"", behind)),
            "'" => quote(&mut open[1], || opens(n, "'", behind)),
            "``" => quote(&mut open[0], || true),
            "`" => quote(&mut open[1], || true),
            "''" => {
                open[0] = false;
                Sides::CLOSES
            }
            "-LRB-" | "-LSB-" | "-LCB-" => Sides::OPENS,
            "-RRB-" | "-RSB-" | "-RCB-" => Sides::CLOSES,
            form if form.ends_with(CURRENCIES) && form.chars().count() <= 4 => {
                let number = behind.first().is_some_and(|next| next.starts_with(|c: char| c.is_ascii_digit()));
                Sides { to_last: false, to_next: number }
            }
            form if OPENING.contains(&form) => Sides::OPENS,
            form if closes(form) => Sides::CLOSES,
            form => Sides { to_last: false, to_next: is_elided(form) },
        });
    }
    all
}

/// Turns a quote that is the same at both ends: it closes what is open.
fn quote(open: &mut bool, opens: impl FnOnce() -> bool) -> Sides {
    if *open {
        *open = false;
        return Sides::CLOSES;
    }
    *open = opens();
    if *open { Sides::OPENS } else { Sides::CLOSES }
}

/// Whether a quote that closes nothing opens: one without its other half belongs to a sentence before or behind.
fn opens(at: usize, mark: &str, behind: &[&str]) -> bool {
    // "players ' union": an apostrophe that nothing answers is the end of a word.
    let is_answered = behind.iter().any(|form| *form == mark || (mark == "\"" && *form == "''"));
    let is_last = behind.iter().all(|form| closes(form));
    at == 0 || is_answered || (mark == "\"" && !is_last)
}

fn closes(form: &str) -> bool {
    let is_stops = form.chars().all(|c| matches!(c, '.' | '!' | '?' | '…'));
    is_stops || CLOSING.contains(&form) || (form.len() <= 5 && CLOSING.contains(&form.to_lowercase().as_str()))
}

fn is_elided(form: &str) -> bool {
    let stem = form.strip_suffix(['\'', '’']);
    stem.is_some_and(|stem| ELIDED.contains(&stem.to_lowercase().as_str()))
}

fn unescaped(form: &str) -> Cow<'_, str> {
    match form {
        "-LRB-" => "(".into(),
        "-RRB-" => ")".into(),
        "-LSB-" => "[".into(),
        "-RSB-" => "]".into(),
        "-LCB-" => "{".into(),
        "-RCB-" => "}".into(),
        "``" | "''" => "\"".into(),
        "`" => "'".into(),
        form if form.contains("\\/") => form.replace("\\/", "/").into(),
        form => form.into(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn pieces(words: &str) -> Vec<Piece> {
        words.split(' ').map(|form| Piece { form: form.to_owned(), space_after: None }).collect()
    }

    fn joined(pieces: &[Piece]) -> String {
        written(pieces).iter().map(|(space, form)| format!("{}{form}", if *space { " " } else { "" })).collect()
    }

    #[test]
    fn as_people_write() {
        for (words, text) in [
            ("In Ulm , it rained .", "In Ulm, it rained."),
            ("Is it so ?! Yes ... no", "Is it so?! Yes... no"),
            ("He ( 45 ) has [ sic ] 9 % ; so : no !", "He (45) has [sic] 9%; so: no!"),
            ("Anna 's son did n't say we 're late", "Anna's son didn't say we're late"),
            ("ANNA 'S SON DID N'T", "ANNA'S SON DIDN'T"),
            ("\" We won , \" she said .", "\"We won,\" she said."),
            ("We won . \"", "We won.\""),
            ("\" We won .", "\"We won."),
            ("He said : \" We won .", "He said: \"We won."),
            ("a \" b \" c \" d \"", "a \"b\" c \"d\""),
            ("The players ' union", "The players' union"),
            ("called ' Big Ben ' here", "called 'Big Ben' here"),
            ("`` Yes , '' he said -LRB- at once -RRB- .", "\"Yes,\" he said (at once)."),
            ("It cost $ 5 , US$ 7 and 9 $ then", "It cost $5, US$7 and 9 $ then"),
            ("“ Oh ” , ‘ ah ’ and « eh »", "“Oh”, ‘ah’ and «eh»"),
            ("L' homme d' Ulm", "L'homme d'Ulm"),
            ("Ulm - Bonn , 1 / 2 :)", "Ulm - Bonn, 1 / 2 :)"),
            ("# tag @ us", "#tag @us"),
            ("and\\/or", "and/or"),
            (".", "."),
        ] {
            assert_eq!(joined(&pieces(words)), text);
        }
    }

    #[test]
    fn what_the_corpus_says_goes_first() {
        let mut pieces = pieces("`` Ulm . Bonn");
        for (piece, space) in pieces.iter_mut().zip([false, true, false, true]) {
            piece.space_after = Some(space);
        }
        assert_eq!(joined(&pieces), "``Ulm .Bonn");
    }

    proptest! {
        /// Nothing but spaces is added or taken away, but for escapes.
        #[test]
        fn words_stay(words in "[a-zé.,()\"'$%5 ]{0,60}") {
            let words: Vec<&str> = words.split_whitespace().filter(|word| *word != "''").collect();
            let text = joined(&pieces(&words.join(" "))).replace(' ', "");
            prop_assert_eq!(text, words.concat());
        }
    }
}
