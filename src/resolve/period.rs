//! Whether a text is from a time in which places went by other names.

use std::sync::LazyLock;

use regex::Regex;

/// The year from which newspapers have today's names for most places.
const TODAY: i32 = 1946;

/// How surely a document is from before 1946, in 0..=1: by its date, or by words of which newspapers have none today.
pub fn age(text: &str, date: Option<&str>) -> f64 {
    let year = date.and_then(|date| date.get(..4)?.parse::<i32>().ok());
    match year {
        Some(year) if (1400..TODAY).contains(&year) => 1.0,
        Some(year) if year >= TODAY => 0.0,
        _ => (OLD_WORDS.find_iter(text).take(2).count() as f64 * 0.6).min(1.0),
    }
}

static OLD_WORDS: LazyLock<Regex> = LazyLock::new(|| {
    let any_case = "telegram|telegraphic|cablegram|steamer|steamship|schooner|barque|brig|frigate|man-of-war|clipper|gunboat|dreadnought|\
                    zeppelin|viceroy|sultan's troops|mikado|kaiser|czar|tsar|shah of|negus|dowager|archduke|grand duke|\
                    rajah|maharajah|nizam|khedive|legation|despatch(?:es)?|correspondent writes|inhabitants|cavalry|hussars|dragoons|\
                    lancers|bayonets?|carriages?|stage-?coach|horse-?drawn|steam-?boat|packet boat|mail-?packet|emigrants|\
                    bushels?|shillings?|guineas|quinine|cholera|typhus|malaria station|departed this life|rector of|messrs\\.?|esq\\.?|\
                    the (?:late )?rev\\.|inst\\.|ult\\.|prox\\.|four-in-hand|emperor of|empress|king of prussia|the diet|reichsmarks?|\
                    soviet troops|red army|bolsheviks?|paratroops|belgian congo|wireless message|natives|colonial office|mandate of";
    Regex::new(&format!(r"(?i-u:\b(?:{any_case}))")).expect("the pattern is fixed")
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_papers_are_told_by_date_or_words() {
        assert_eq!(age("Snow fell.", Some("1887-03-02")), 1.0);
        assert_eq!(age("A telegram says that the viceroy left by steamer.", Some("2021-05-01")), 0.0);
        assert_eq!(age("A telegram says that the viceroy left by steamer.", None), 1.0);
        assert_eq!(age("The minister wrote on Monday that talks had failed.", None), 0.0);
    }
}
