//! Telling the scripts of names apart.

/// Whether every letter of a name is Latin. Digits, signs and spaces are of no script.
pub(crate) fn is_latin(name: &str) -> bool {
    name.is_ascii() || name.chars().all(|c| !c.is_alphabetic() || is_latin_letter(c))
}

/// The letters of the blocks Basic Latin, Latin-1 Supplement, Latin Extended A to E and Additional, IPA and phonetic
/// extensions, and Latin letters among the presentation forms.
fn is_latin_letter(c: char) -> bool {
    matches!(c,
        'A'..='Z' | 'a'..='z' | 'ª' | 'º' | '\u{c0}'..='\u{2ff}' | '\u{345}' | '\u{1d00}'..='\u{1dbf}'
        | '\u{1e00}'..='\u{1eff}' | '\u{2071}' | '\u{207f}' | '\u{2090}'..='\u{209c}' | '\u{212a}' | '\u{212b}'
        | '\u{2160}'..='\u{2188}' | '\u{24b6}'..='\u{24e9}' | '\u{2c60}'..='\u{2c7f}' | '\u{a722}'..='\u{a7ff}'
        | '\u{ab30}'..='\u{ab6f}' | '\u{fb00}'..='\u{fb06}' | '\u{ff21}'..='\u{ff3a}' | '\u{ff41}'..='\u{ff5a}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_decide() {
        for latin in
            ["Mosul", "Al Mawşil", "Đà Nẵng", "Sana’a", "ʻĀʼisha", "Tromsø", "99", "", "Gəncə", "ＴＯＫＹＯ", "Ⅻ"]
        {
            assert!(is_latin(latin), "{latin}");
        }
        for other in ["الموصل", "Москва", "Αθήνα", "北京", "서울", "Mosul (الموصل)", "תל אביב", "काठमाडौँ"]
        {
            assert!(!is_latin(other), "{other}");
        }
    }
}
