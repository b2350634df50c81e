//! Offsets are exact on any text, nothing is cut off, and neighbours and threads change nothing.

use serde_json::{Value, json};

use crate::support::{Env, assert_offsets, data};

const AWKWARD: [&str; 12] = [
    "",
    " \r\n\t ",
    "Jose\u{301} Garci\u{301}a flew from Gene\u{300}ve to Bogota\u{301} with Ana Jose\u{301}.",
    "👩\u{200d}🚒🇮🇶 Anna Schmidt 👍🏽 flew from Berlin 🛫 to Mosul 🇮🇶.",
    "وصل الرئيس إلى الموصل while John Smith stayed in Baghdad (بغداد).",
    "HEADLINE IN CAPITALS\r\n\r\nParis, France\r\nJohn Smith said so in London.\r\n",
    "Mo\u{200b}sul, Bag\u{200d}hdad, Bei\u{ad}rut and \u{feff}Damascus were named by John\u{a0}Smith.",
    "北京 and 東京 and Seoul 서울; Владимир Путин visited Москва and Kyiv Київ.",
    "a\u{300}\u{301}\u{302}\u{303}\u{304}\u{305} z\u{351}\u{350}\u{34f} Paris\u{336}\u{335}\u{334} zalgo",
    "[CLS] [SEP] [UNK] [MASK] John [SEP] Smith [PAD] London",
    "ﬁne Ǆ ẞ İstanbul ŁÓDŹ Łódź Þingvellir ½ Ⅳ Zürich",
    "John Smith\u{2028}London\u{2029}Paris\u{85}Berlin\u{b}Rome\u{c}Oslo",
];

fn jsonl(texts: &[String]) -> String {
    texts.iter().enumerate().map(|(n, text)| json!({"id": n, "text": text}).to_string() + "\n").collect()
}

/// News-like text of at least so many bytes without a line break or the end of a sentence.
fn endless(bytes: usize) -> String {
    let mut text = String::with_capacity(bytes + 100);
    let names = ["Anna Schmidt", "Mosul", "the United Nations", "São Paulo", "José Garci\u{301}a", "Beirut"];
    let words = ["met officials from", "and then, near", "spoke of", "flew to", "whose office in", "wrote to"];
    let mut n = 0;
    while text.len() < bytes {
        text.push_str(names[n * 7 % names.len()]);
        text.push(' ');
        text.push_str(words[n * 5 % words.len()]);
        text.push(' ');
        n += 1;
    }
    text
}

/// Text as wires, `pdftotext` and Usenet give it: names go on in the next line, and lie where they lie.
#[test]
fn names_that_lines_part_are_one() {
    let text = "He flew to New\nYork City on Monday. Storms crossed San Fran-\ncisco, Lake\nVictoria and Za\u{ad}greb, Jordan\n\
                Okello-\nLubang said in Ouaga-\ndougou.\n\nMore at https://www.paris.example/London, or write to jane@berlin.example.\n";
    let env = Env::new();
    env.file("in.jsonl", jsonl(&[text.to_owned()]));
    for unit in ["codepoints", "utf8", "utf16"] {
        let tag = ["tag", "in.jsonl", "-o", "out.jsonl", "--restart", "--explain", "--offsets", unit];
        assert_eq!(env.run(tag).status, 0);
        let tagged: Value = serde_json::from_slice(&std::fs::read(env.path("out.jsonl")).unwrap()).unwrap();
        assert_eq!(tagged["text"], text);
        let entities = tagged["entities"].as_array().unwrap();
        let places = entities.iter().filter(|entity| entity["label"] == "LOC");
        let places: Vec<_> = places.map(|entity| (entity["text"].as_str(), entity["place"]["name"].as_str())).collect();
        let expected = [
            ("New\nYork City", "New York City"),
            ("San Fran-\ncisco", "San Francisco"),
            ("Lake\nVictoria", "Lake Victoria"),
            ("Za\u{ad}greb", "Zagreb"),
            ("Ouaga-\ndougou", "Ouagadougou"),
        ];
        assert_eq!(places, expected.map(|(found, place)| (Some(found), Some(place))));
        assert!(entities.iter().any(|entity| entity["text"] == "Jordan\nOkello-\nLubang"), "{entities:?}");
        if unit == "codepoints" {
            assert_offsets(&tagged, text);
        }
        // Its output is input, to the byte.
        let place =
            ["tag", "out.jsonl", "--place-only", "-o", "again.jsonl", "--restart", "--explain", "--offsets", unit];
        assert_eq!(env.run(place).status, 0);
        assert!(std::fs::read(env.path("again.jsonl")).unwrap() == std::fs::read(env.path("out.jsonl")).unwrap());
    }
    // Somebody points at a name on its page.
    env.file(
        "mine.jsonl",
        json!({"document": "0", "start": 11, "end": 24, "name": "New\nYork City", "place": null}).to_string(),
    );
    let run = env.run(["tag", "in.jsonl", "--corrections", "mine.jsonl"]);
    let first = &run.jsonl()[0]["entities"][0];
    assert_eq!((first["text"].as_str(), &first["place"]), (Some("New\nYork City"), &Value::Null));
}

#[test]
fn offsets_slice_the_text_in_every_unit() {
    let texts: Vec<String> = AWKWARD.iter().map(|text| (*text).to_owned()).collect();
    let env = Env::new();
    let found = |unit: &str| {
        env.run_with(["tag", "--input=jsonl", "--format=jsonl", "--offsets", unit, "-"], jsonl(&texts)).jsonl()
    };
    let (points, bytes, utf16) = (found("codepoints"), found("utf8"), found("utf16"));
    let mut entities = 0;
    for (n, text) in texts.iter().enumerate() {
        assert_offsets(&points[n], text);
        let units: Vec<u16> = text.encode_utf16().collect();
        let at = |entity: &Value, key: &str| entity[key].as_u64().unwrap() as usize;
        for entity in bytes[n]["entities"].as_array().unwrap() {
            assert_eq!(text[at(entity, "start")..at(entity, "end")], *entity["text"].as_str().unwrap());
            entities += 1;
        }
        for entity in utf16[n]["entities"].as_array().unwrap() {
            let sliced = String::from_utf16(&units[at(entity, "start")..at(entity, "end")]).unwrap();
            assert_eq!(sliced, *entity["text"].as_str().unwrap());
        }
    }
    assert!(entities > 20, "only {entities} entities were found");
}

#[test]
fn combining_marks_belong_to_their_names() {
    let found = Env::new().run_with(["tag", "--format=jsonl"], AWKWARD[2]).jsonl().remove(0);
    let names: Vec<&str> = found["entities"].as_array().unwrap().iter().map(|e| e["text"].as_str().unwrap()).collect();
    // Where the mark ends the name, the tokenizer leaves it out.
    for name in ["Jose\u{301} Garci\u{301}a", "Gene\u{300}ve", "Bogota\u{301}", "Ana Jose\u{301}"] {
        assert!(names.contains(&name), "{names:?}");
    }
}

#[test]
fn a_megabyte_on_one_line_is_read_to_its_end() {
    let text = endless(1 << 20);
    let run = Env::new().run_with(["tag", "--format=jsonl", "--no-text", "--no-places"], &text);
    let found = run.jsonl().remove(0);
    assert_offsets(&found, &text);
    // The names are spread evenly: as many are found in the last tenth of the text as in the first.
    let chars = text.chars().count() as u64;
    let starts: Vec<u64> = found["entities"].as_array().unwrap().iter().map(|e| e["start"].as_u64().unwrap()).collect();
    let first = starts.iter().filter(|&&start| start < chars / 10).count();
    let last = starts.iter().filter(|&&start| start >= chars / 10 * 9).count();
    assert!(first > 1000 && last.abs_diff(first) * 10 < first, "{first} in the first tenth, {last} in the last");
}

#[test]
fn a_megabyte_without_spaces_is_no_trouble() {
    for text in ["x".repeat(1 << 20), "é".repeat(1 << 19), "ا".repeat(1 << 19), "\u{301}".repeat(1 << 19)] {
        let found = Env::new().run_with(["tag", "--format=jsonl", "--no-text"], &text).jsonl().remove(0);
        assert_offsets(&found, &text);
    }
}

#[test]
fn neighbours_and_threads_change_nothing() {
    let mut texts: Vec<String> = AWKWARD.iter().map(|text| (*text).to_owned()).collect();
    for name in ["quake", "border-trade", "county-fair", "river-flood", "ceasefire"] {
        texts.push(std::fs::read_to_string(data(&format!("articles/{name}.txt"))).unwrap());
    }
    texts.push(endless(20_000));
    let env = Env::new();
    let tag = |threads: &str, given: &str| {
        let run = env.run_with(["tag", "--input=jsonl", "--format=jsonl", "--threads", threads, "-"], given);
        assert_eq!(run.status, 0, "{}", run.stderr);
        run.stdout
    };
    let given = jsonl(&texts);
    let together = tag("1", &given);
    assert_eq!(tag("2", &given), together);
    assert_eq!(tag("5", &given), together);
    let mut lines: Vec<&str> = given.lines().collect();
    lines.reverse();
    let reversed = tag("2", &(lines.join("\n") + "\n"));
    let mut sorted: Vec<&str> = reversed.lines().collect();
    sorted.reverse();
    assert_eq!(sorted, together.lines().collect::<Vec<_>>());
    let alone = tag("2", given.lines().nth(14).unwrap());
    assert_eq!(alone.trim_end(), together.lines().nth(14).unwrap());
}
