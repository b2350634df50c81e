//! Which mentions of people and organisations are short for a name that the document gives in full: "Mattis" for "James
//! Mattis", "ICC" for "International Criminal Court".
//!
//! Names are compared by the words of their folded form. Titles before a person's name, "the" before an organisation's
//! and an 's behind either don't count. A form is short for one of more words and the same label if it is
//!
//! - of a person's name: its end ("Mattis"), or all of it but words between the first and the last ("Donald Trump" of
//!   "Donald J. Trump"); or else its beginning ("Kim"); or else a run inside ("Lula"). A lone initial or particle ("bin")
//!   is no form, and "Cal Ripken Jr." is not the same as "Cal Ripken";
//! - of an organisation's: in capitals and in brackets right behind it, and behind no other ("Kurdistan Workers' Party
//!   (PKK)"); or else its initials, with or without small words such as "of" ("ICC"), its beginning ("Brookings"), or its
//!   end ("Bulls"), but not a beginning or an end in capitals: the UN is another body than the UN Security Council.
//!
//! Where a form may be short for several, what comes before an "or else" is preferred; of what is left, the one that was
//! last named in more words among the thousand names before the mention. Where none was, the mention is ambiguous and
//! stands for itself.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::gazetteer::name::fold;
use crate::mention::{Label, Mention};

/// Words before the name of a person that are no part of it.
#[rustfmt::skip]
const TITLES: [&str; 67] = [
    "adm", "admiral", "archbishop", "ayatollah", "bishop", "brig", "brigadier", "capt", "captain", "cardinal",
    "chairman", "chancellor", "chief", "col", "colonel", "congressman", "congresswoman", "cpl", "crown", "dame", "dr",
    "father", "field", "gen", "general", "gov", "governor", "imam", "judge", "justice", "king", "lady", "lieutenant",
    "lord", "lt", "maj", "major", "marshal", "mayor", "minister", "miss", "mr", "mrs", "ms", "pope", "premier",
    "president", "prime", "prince", "princess", "prof", "professor", "queen", "rabbi", "rep", "representative", "rev",
    "reverend", "secretary", "sen", "senator", "sgt", "sheikh", "sheriff", "sir", "sister", "vice",
];

/// Words behind a person's name that tell them from a parent.
const GENERATIONS: [&str; 6] = ["ii", "iii", "iv", "jnr", "jr", "sr"];

/// Words of people's names that are none by themselves.
const PARTICLES: [&str; 17] =
    ["abu", "al", "bin", "da", "de", "del", "den", "der", "di", "dos", "du", "el", "ibn", "la", "le", "van", "von"];

/// Words of organisations' names that initials may pass over.
const SMALL_WORDS: [&str; 18] =
    ["a", "al", "and", "at", "da", "de", "del", "des", "di", "do", "du", "for", "in", "la", "of", "on", "the", "to"];

/// Letters of a form in brackets, at most.
const LONGEST_ACRONYM: usize = 8;

/// Mentions before one that is ambiguous among which its name in full is looked for.
const LOOK_BACK: usize = 1000;

/// The names by which a document calls its people and organisations in full, of each mention: of those that have a fuller form,
/// and of those that are the fuller form of others.
pub fn full_names(text: &str, mentions: &[Mention]) -> Vec<Option<Arc<str>>> {
    let mut names = vec![None; mentions.len()];
    for label in [Label::Per, Label::Org] {
        let forms = Forms::read(text, label, mentions);
        let fullest = forms.fullest();
        let named: HashSet<usize> = fullest.iter().flatten().copied().collect();
        for (mention, fullest) in forms.uses.iter().zip(&fullest) {
            let form = fullest.or(Some(mention.form).filter(|form| named.contains(form)));
            names[mention.number] = form.map(|form| Arc::clone(&forms.all[form].written));
        }
    }
    names
}

/// The forms of the names of one label in a document.
struct Forms {
    label: Label,
    all: Vec<Form>,
    uses: Vec<Use>,
    /// The forms in brackets with the form that each stands behind; `None` if there are several.
    in_brackets: HashMap<usize, Option<usize>>,
    /// The forms that have a word.
    with_word: HashMap<String, Vec<usize>>,
    /// The forms that have these initials.
    with_initials: HashMap<String, Vec<usize>>,
}

/// A way to write a name.
struct Form {
    /// As the document writes it, without title, article and 's; in capitals only if it never writes it otherwise.
    written: Arc<str>,
    /// Its folded words, but for the generation.
    words: Vec<String>,
    generation: Option<String>,
    /// Whether it has two capitals or more.
    may_be_initials: bool,
}

/// A mention that has a form.
struct Use {
    /// The number of the mention among all.
    number: usize,
    form: usize,
}

impl Forms {
    fn read(text: &str, label: Label, mentions: &[Mention]) -> Self {
        let mut numbers: HashMap<(Vec<String>, Option<String>), usize> = HashMap::new();
        let (mut all, mut uses): (Vec<Form>, Vec<Use>) = (Vec::new(), Vec::new());
        for (number, mention) in mentions.iter().enumerate().filter(|(_, mention)| mention.label == label) {
            let form = Form::read(mention.span.of(text), label);
            let form_number = *numbers.entry((form.words.clone(), form.generation.clone())).or_insert(all.len());
            match all.get_mut(form_number) {
                None => all.push(form),
                Some(known) if !has_lowercase(&known.written) && has_lowercase(&form.written) => *known = form,
                Some(known) => known.may_be_initials |= form.may_be_initials,
            }
            uses.push(Use { number, form: form_number });
        }
        let in_brackets = match label {
            Label::Org => in_brackets(text, mentions, &uses, &all),
            _ => HashMap::new(),
        };
        let (mut with_word, mut with_initials): (HashMap<_, Vec<_>>, HashMap<_, Vec<_>>) = Default::default();
        for (number, form) in all.iter().enumerate() {
            for word in form.words.iter().collect::<HashSet<_>>() {
                with_word.entry(word.clone()).or_default().push(number);
            }
            for initials in form.initials() {
                with_initials.entry(initials).or_default().push(number);
            }
        }
        Self { label, all, uses, in_brackets, with_word, with_initials }
    }

    /// For each mention the fullest form that it is short for, if there is one and it is clear which.
    fn fullest(&self) -> Vec<Option<usize>> {
        let fullest_of = self.fullest_of_forms();
        // Each mention so far: the fullest form that it means, and in how many words.
        let mut named: Vec<(Option<usize>, usize)> = Vec::with_capacity(self.uses.len());
        let mut found = Vec::with_capacity(self.uses.len());
        for mention in &self.uses {
            let words = self.all[mention.form].words.len();
            let fullest = match fullest_of[mention.form][..] {
                [only] => Some(only),
                ref several => {
                    let in_more_words = named.iter().rev().take(LOOK_BACK).filter(|(_, more)| *more > words);
                    let mut meant = in_more_words.filter_map(|(form, _)| *form);
                    meant.find(|form| several.binary_search(form).is_ok())
                }
            };
            named.push((fullest, words));
            found.push(fullest.filter(|&fullest| fullest != mention.form));
        }
        found
    }

    /// For each form the fullest that it may be short for, through any number of others; itself if there is none.
    fn fullest_of_forms(&self) -> Vec<Vec<usize>> {
        let mut order: Vec<usize> = (0..self.all.len()).collect();
        order.sort_by_key(|&form| std::cmp::Reverse(self.all[form].words.len()));
        let mut fullest: Vec<Vec<usize>> = vec![Vec::new(); self.all.len()];
        for form in order {
            let fuller = self.fuller(form);
            let mut of_these: Vec<usize> = fuller.iter().flat_map(|&fuller| fullest[fuller].clone()).collect();
            of_these.sort_unstable();
            of_these.dedup();
            fullest[form] = if of_these.is_empty() { vec![form] } else { of_these };
        }
        fullest
    }

    /// The forms of more words that a form is short for, all of the best kind.
    fn fuller(&self, short: usize) -> Vec<usize> {
        if let Some(&Some(full)) = self.in_brackets.get(&short) {
            return vec![full];
        }
        let form = &self.all[short];
        let sharing = form.words.iter().map(|word| self.with_word.get(word).map_or(&[][..], Vec::as_slice));
        let sharing = sharing.min_by_key(|forms| forms.len()).unwrap_or_default();
        let initials = match &form.words[..] {
            [word] if form.may_be_initials => self.with_initials.get(word).map_or(&[][..], Vec::as_slice),
            _ => &[],
        };
        let by_part = sharing.iter().filter_map(|&full| Some((form.part_of(&self.all[full], self.label)?, full)));
        let by_initials = initials.iter().filter(|&&full| full != short).map(|&full| (Part::End, full));
        let fuller: Vec<(Part, usize)> = by_part.chain(by_initials).collect();
        let best = fuller.iter().map(|(part, _)| *part).min();
        fuller.into_iter().filter(|(part, _)| Some(*part) == best).map(|(_, full)| full).collect()
    }
}

/// The organisations' forms in capitals that stand in brackets right behind one of more words, with that form; `None`
/// where they stand behind several.
fn in_brackets(text: &str, mentions: &[Mention], uses: &[Use], all: &[Form]) -> HashMap<usize, Option<usize>> {
    let mut found: HashMap<usize, Option<usize>> = HashMap::new();
    for (full, short) in uses.iter().zip(uses.iter().skip(1)) {
        let [before, inside] = [full, short].map(|one| mentions[one.number].span);
        let stands_there = text.get(before.end..inside.start).is_some_and(|between| between.trim_start() == "(")
            && text[inside.end..].starts_with(')')
            && full.number + 1 == short.number;
        let letters = inside.of(text).chars().filter(|c| *c != '.');
        let is_acronym = letters.clone().all(char::is_uppercase) && (2..=LONGEST_ACRONYM).contains(&letters.count());
        if stands_there && is_acronym && all[short.form].words.len() < all[full.form].words.len() {
            found
                .entry(short.form)
                .and_modify(|known| *known = known.filter(|&known| known == full.form))
                .or_insert(Some(full.form));
        }
    }
    found
}

/// What part of a fuller form another is, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    /// Its end, or what counts as much.
    End,
    Beginning,
    Inside,
}

impl Form {
    fn read(name: &str, label: Label) -> Self {
        let mut tokens: Vec<&str> = name.split_whitespace().collect();
        let is_before = |word: &str| match label {
            Label::Per => TITLES.contains(&word),
            _ => word == "the",
        };
        let before = tokens.iter().take_while(|token| is_before(&fold(token))).count();
        if before < tokens.len() {
            tokens.drain(..before);
        }
        if let Some(last) = tokens.last_mut() {
            *last = ["'s", "’s", "'S", "’S"].iter().find_map(|s| last.strip_suffix(s)).unwrap_or(last);
        }
        let written = tokens.join(" ");
        let mut words: Vec<String> =
            fold(&written).split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect();
        let is_generation = |word: &mut String| GENERATIONS.contains(&word.as_str());
        let more_than_it = label == Label::Per && words.len() > 1;
        let generation = if more_than_it { words.pop_if(is_generation) } else { None };
        let may_be_initials = label == Label::Org && written.chars().filter(|c| c.is_uppercase()).count() > 1;
        Self { written: written.into(), words, generation, may_be_initials }
    }

    /// What part of another form this one is, if it is one.
    fn part_of(&self, full: &Self, label: Label) -> Option<Part> {
        let (short, full_words) = (&self.words[..], &full.words[..]);
        if short.is_empty() || short.len() >= full_words.len() {
            return None;
        }
        if label == Label::Org {
            let is_acronym = self.may_be_initials && !has_lowercase(&self.written);
            return (!is_acronym && (full_words.starts_with(short) || full_words.ends_with(short)))
                .then_some(Part::End);
        }
        let same_generation = self.generation == full.generation || self.generation.is_none() && short.len() == 1;
        let is_name = short.iter().any(|word| word.chars().nth(1).is_some() && !PARTICLES.contains(&word.as_str()));
        if !same_generation || !is_name {
            return None;
        }
        let with_gaps = || {
            let mut rest = full_words.iter();
            let in_order = short.iter().all(|word| rest.any(|other| other == word));
            short.len() > 1 && in_order && short.first() == full_words.first() && short.last() == full_words.last()
        };
        if full_words.ends_with(short) || with_gaps() {
            Some(Part::End)
        } else if full_words.starts_with(short) {
            Some(Part::Beginning)
        } else {
            full_words.windows(short.len()).any(|run| run == short).then_some(Part::Inside)
        }
    }

    /// The initials of a name of several words: of all of them, and of all but small ones.
    fn initials(&self) -> HashSet<String> {
        let initials = |words: &mut dyn Iterator<Item = &String>| -> String {
            words.filter_map(|word| word.chars().next()).collect()
        };
        let all = initials(&mut self.words.iter());
        let great = initials(&mut self.words.iter().filter(|word| !SMALL_WORDS.contains(&word.as_str())));
        [all, great].into_iter().filter(|initials| initials.chars().nth(1).is_some()).collect()
    }
}

fn has_lowercase(text: &str) -> bool {
    text.chars().any(char::is_lowercase)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::document::Span;

    fn mentions(text: &str, names: &[(&str, Label)]) -> Vec<Mention> {
        let mut from = 0;
        let mut mention = |&(name, label): &(&str, Label)| {
            let start = from + text[from..].find(name).unwrap_or_else(|| panic!("{name:?} in {text:?}"));
            from = start + name.len();
            Mention::new(Span::new(start, from), label, 1.0)
        };
        names.iter().map(&mut mention).collect()
    }

    /// The names given to mentions that stand one after the other in a text.
    fn names_in(text: &str, label: Label, named: &[&str]) -> Vec<Option<String>> {
        let named: Vec<(&str, Label)> = named.iter().map(|name| (*name, label)).collect();
        full_names(text, &mentions(text, &named)).into_iter().map(|name| Some(name?.to_string())).collect()
    }

    fn names(label: Label, mentions: &[&str]) -> Vec<Option<String>> {
        names_in(&mentions.join(" and "), label, mentions)
    }

    fn people(mentions: &[&str]) -> Vec<Option<String>> {
        names(Label::Per, mentions)
    }

    fn given(name: &str) -> Option<String> {
        Some(name.to_owned())
    }

    #[test]
    fn people_by_a_part_of_their_name() {
        let mattis = given("James Mattis");
        for short in ["Mattis", "Mr. Mattis", "Gen. Mattis", "MATTIS", "Mattis’s", "James"] {
            assert_eq!(people(&["James Mattis", short]), [mattis.clone(), mattis.clone()], "{short}");
        }
        // A headline comes before the full name, and titles are no part of it.
        assert_eq!(people(&["Gen. James\nMattis", "Mattis"])[1], mattis);
        assert_eq!(people(&["Mattis", "Gen. James Mattis", "JAMES MATTIS"]), vec![mattis; 3]);
        assert_eq!(people(&["Donald Trump", "Donald J. Trump", "Trump"]), vec![given("Donald J. Trump"); 3]);
        assert_eq!(people(&["Luiz Inácio Lula da Silva", "Lula"])[1], given("Luiz Inácio Lula da Silva"));
        assert_eq!(people(&["Mohammed bin Salman", "bin Salman"])[1], given("Mohammed bin Salman"));
    }

    #[test]
    fn who_has_no_fuller_form_has_no_name() {
        assert_eq!(people(&["James Mattis", "James Mattis", "Anna Schmidt"]), [None, None, None]);
        assert_eq!(people(&["Mattis", "Mr. Mattis"]), [None, None]);
        assert_eq!(people(&["Mohammed bin Salman", "bin", "J."]), [None, None, None]);
        assert_eq!(people(&["Cal Ripken", "Cal Ripken Jr."]), [None, None]);
        assert_eq!(people(&["Cal Ripken Jr.", "Ripken"])[1], given("Cal Ripken Jr."));
        assert_eq!(names(Label::Loc, &["New York City", "New York"]), [None, None]);
    }

    #[test]
    fn of_two_the_one_that_was_named_last() {
        let found = people(&["Mattis", "James Mattis", "Mattis", "John Mattis", "Mattis", "James Mattis", "Mattis"]);
        let (james, john) = (given("James Mattis"), given("John Mattis"));
        assert_eq!(found, [None, james.clone(), james.clone(), john.clone(), john, james.clone(), james]);
        // The end of a name before the beginning.
        assert_eq!(people(&["LeBron James", "James Mattis", "James"])[2], given("LeBron James"));
    }

    #[test]
    fn organisations_by_initials_beginning_and_end() {
        let orgs = |mentions: &[&str]| names(Label::Org, mentions);
        for (full, short) in [
            ("the International Criminal Court", "ICC"),
            ("United Nations", "U.N."),
            ("Department of Defense", "DoD"),
            ("Immigration and Customs Enforcement", "ICE"),
            ("Hayat Tahrir al-Sham", "HTS"),
            ("The Brookings Institution", "Brookings"),
            ("Chicago Bulls", "the Bulls"),
        ] {
            let expected = given(full.strip_prefix("the ").or(full.strip_prefix("The ")).unwrap_or(full));
            assert_eq!(orgs(&[full, short]), [expected.clone(), expected], "{full}");
        }
        assert_eq!(orgs(&["International Criminal Court", "Icc", "IOC"]), [None, None, None]);
        assert_eq!(orgs(&["UN", "UN Security Council"]), [None, None]);
        let (city, united) = (given("Manchester City"), given("Manchester United"));
        assert_eq!(
            orgs(&["Manchester City", "City", "Manchester United", "Manchester"]),
            [city.clone(), city, united.clone(), united]
        );
    }

    #[test]
    fn organisations_by_what_stands_in_brackets() {
        let party = given("Kurdistan Workers' Party");
        let text = "the Kurdistan Workers' Party (PKK) and PKK";
        assert_eq!(names_in(text, Label::Org, &["the Kurdistan Workers' Party", "PKK", "PKK"]), vec![party; 3]);
        let text = "Real Madrid (ESP) beat Real Betis (ESP)";
        assert_eq!(names_in(text, Label::Org, &["Real Madrid", "ESP", "Real Betis", "ESP"]), [None, None, None, None]);
    }

    #[test]
    fn labels_stay_apart() {
        let text = "Anna Ford works for Ford";
        let found = full_names(text, &mentions(text, &[("Anna Ford", Label::Per), ("Ford", Label::Org)]));
        assert_eq!(found, [None, None]);
    }

    proptest! {
        /// Whoever has a name has one that an entity of its label is written as, and that entity is called so too.
        #[test]
        fn names_are_forms_of_the_document(words in proptest::collection::vec((0..9_usize, any::<bool>(), any::<bool>()), 0..60)) {
            const WORDS: [&str; 9] = ["Kim", "Jong", "Un", "JU", "al", "Jr.", "the", "’s", "(KJU)"];
            let mut text = String::new();
            let mut mentions: Vec<Mention> = Vec::new();
            for (word, goes_on, is_person) in words {
                let start = text.len() + 1;
                text = text + " " + WORDS[word];
                let label = if is_person { Label::Per } else { Label::Org };
                match mentions.last_mut() {
                    Some(mention) if goes_on => mention.span.end = text.len(),
                    _ => mentions.push(Mention::new(Span::new(start, text.len()), label, 1.0)),
                }
            }
            let names = full_names(&text, &mentions);
            let written = |mention: &Mention| Form::read(mention.span.of(&text), mention.label).written;
            for (mention, name) in mentions.iter().zip(&names).filter(|(_, name)| name.is_some()) {
                let is_full = |(other, its): (&Mention, &Option<Arc<str>>)| {
                    other.label == mention.label && Some(written(other)) == *name && its == name
                };
                prop_assert!(mentions.iter().zip(&names).any(is_full), "{:?} in {}", name, text);
            }
        }
    }
}
