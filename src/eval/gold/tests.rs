//! Corpora of each format, all invented.

use proptest::prelude::*;

use super::*;
use crate::document::OffsetUnit;

fn read_as(corpus: &str, options: GoldOptions) -> Result<Gold, GoldError> {
    read("c", corpus.as_bytes(), &options)
}

fn read_str(corpus: &str) -> Gold {
    read_as(corpus, GoldOptions::default()).unwrap()
}

fn spaced() -> GoldOptions {
    GoldOptions { text: TextForm::Spaced, ..GoldOptions::default() }
}

fn column(column: &str) -> GoldOptions {
    GoldOptions { column: Some(column.parse().unwrap()), ..GoldOptions::default() }
}

fn fault(corpus: &str, options: GoldOptions) -> String {
    read_as(corpus, options).unwrap_err().to_string()
}

/// The names of all documents: "New York LOC".
fn names(gold: &Gold) -> Vec<String> {
    let of = |document: &GoldDocument| -> Vec<String> {
        let text = &document.document.text;
        document.names.iter().map(|(span, label)| format!("{} {label}", span.of(text))).collect()
    };
    gold.documents.iter().flat_map(of).collect()
}

fn texts(gold: &Gold) -> Vec<&str> {
    gold.documents.iter().map(|document| document.document.text.as_str()).collect()
}

#[test]
fn words_sentences_and_documents() {
    let corpus =
        "-DOCSTART-\tO\n\nNew\tB-LOC\nYork\tI-LOC\n.\tO\n\n\nAnna\tB-PER\nBob\tB-PER\n-DOCSTART-\nal-Bir B-LOC\r\n";
    let gold = read_as(corpus, spaced()).unwrap();
    assert_eq!(texts(&gold), ["New York .\nAnna Bob", "al-Bir"]);
    assert_eq!(gold.documents[0].document.id, "c#1");
    assert_eq!((gold.documents[0].words, &gold.documents[0].sentences[..]), (5, &[0, 11][..]));
    assert_eq!(names(&gold), ["New York LOC", "Anna PER", "Bob PER", "al-Bir LOC"]);
    assert_eq!(
        (gold.format, gold.scheme, gold.text, gold.column.as_deref()),
        (Format::Conll, Some(Scheme::Iob2), TextSource::Spaced, Some("2"))
    );
    let gold = read_str(corpus);
    assert_eq!((texts(&gold)[0], gold.text), ("New York.\nAnna Bob", TextSource::Running));
    assert_eq!(names(&gold), ["New York LOC", "Anna PER", "Bob PER", "al-Bir LOC"]);
}

#[test]
fn other_casings() {
    let cased = |corpus: &str, casing| read_as(corpus, GoldOptions { casing, ..GoldOptions::default() }).unwrap();
    let lower = cased("İstanbul\tB-LOC\nNOW\tO\n", Casing::Lower);
    assert_eq!((texts(&lower)[0], &names(&lower)[0][..]), ("i\u{307}stanbul now", "i\u{307}stanbul LOC"));
    assert_eq!(texts(&cased("Straße\tO\n", Casing::Upper)), ["STRASSE"]);
    let json = cased(r#"{"text": "Straße in Ulm.", "entities": [[0, 6, "LOC"], [10, 13, "LOC"]]}"#, Casing::Upper);
    assert_eq!((texts(&json)[0], names(&json)), ("STRASSE IN ULM.", vec!["STRASSE LOC".into(), "ULM LOC".into()]));
}

#[test]
fn every_broken_line_is_told() {
    let message = fault("Mosul\n\nin\tO\nIraq\tX-LOC\nA\tB-PER\na\tb\tO\n\tO\n", GoldOptions::default());
    for expected in [
        "c:1: one column, \"Mosul\"",
        "c:4: unknown tag \"X-LOC\"",
        "c:6: 3 columns",
        "c:7: an empty word",
        "4 lines are broken and nothing of c is scored",
    ] {
        assert!(message.contains(expected), "{expected}: {message}");
    }
    assert!(fault("\n-DOCSTART-\n", GoldOptions::default()).contains("has no words"));
    let latin1 = read("c", &b"K\xf6ln\tB-LOC\n"[..], &GoldOptions::default()).unwrap_err().to_string();
    assert!(latin1.contains("c:1: cannot be read") && latin1.contains("UTF-8"), "{latin1}");
}

#[test]
fn four_columns_and_comments() {
    let corpus = "-DOCSTART- -X- -X- O\n\n# a comment of its own\n#\nAnna NNP B-NP I-PER\n# NN I-NP O\nof IN B-PP O\nNew NNP B-NP I-LOC\n\
                  York NNP I-NP I-LOC\n, , O O\n#ulm NN B-NP O\n";
    let gold = read_str(corpus);
    assert_eq!((names(&gold), gold.scheme), (vec!["Anna PER".to_owned(), "New York LOC".to_owned()], Some(Scheme::Io)));
    assert_eq!(texts(&gold), ["Anna #of New York, #ulm"]);
    assert_eq!(gold.column.as_deref(), Some("4"));
    assert!(fault(corpus, column("5")).contains("no column 5; it has 4"));
    assert!(fault(corpus, column("NER")).contains("have no names"));
    assert!(fault(corpus, column("2")).contains("unknown tag \"NNP\""));
    // A hashtag without its tag is no comment.
    assert!(fault("in\tO\n#ulm\nBonn\tB-LOC\n", GoldOptions::default()).contains("c:2: one column"));
}

/// The first column counts words, as some corpora have it; what stands behind the tags is passed over.
#[test]
fn counted_words() {
    let gold =
        read_str("# newdoc id = a\n1\tIn\tO\t-\n2\tUlm\tB-LOC\t-\n\n# newdoc id = b\n1\tBonn\tB-LOC\tx\n2\t!\tO\t-\n");
    assert_eq!(names(&gold), ["Ulm LOC", "Bonn LOC"]);
    assert_eq!(gold.documents.iter().map(|document| document.document.id.as_str()).collect::<Vec<_>>(), ["a", "b"]);
    let nested = "# a source\n1\tUlm\tB-LOC\tO\n2\tRiver\tI-LOC\tB-LOC\n";
    assert_eq!(names(&read_str(nested)), ["Ulm River LOC"]);
    assert_eq!(names(&read_as(nested, column("4")).unwrap()), ["River LOC"]);
}

#[test]
fn other_schemes_and_tag_sets() {
    let read = |corpus: &str| {
        let gold = read_str(corpus);
        assert_eq!(gold.notes.malformed, [], "{corpus}");
        (names(&gold), gold.scheme.unwrap())
    };
    let own = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let iob1 = "# id = 7 of ours\nNew\tI-LOC\nYork\tI-LOC\nBonn\tB-LOC\nAnna\tI-PER\nleft\tO\n\nUlm\tI-LOC\n";
    assert_eq!(read(iob1), (own(&["New York LOC", "Bonn LOC", "Anna PER", "Ulm LOC"]), Scheme::Iob1));
    let bioes = "#\nNew\tB-GPE\nYork\tE-GPE\nBonn\tS-GPE\nAnna S-PERSON\n#\tO\nA\tB-ORG\nB\tI-ORG\nC\tE-ORG\n";
    assert_eq!(read(bioes), (own(&["New York LOC", "Bonn LOC", "Anna PER", "A B C ORG"]), Scheme::Bioes));
    assert_eq!(read("A\tU-NORP\nB\tB-FAC\nC\tL-FAC\n"), (own(&["A MISC", "B C LOC"]), Scheme::Bilou));
    assert_eq!(read("New\tLOC\nYork\tLOC\nis\tO\n#\tORG\n"), (own(&["New York LOC", "# ORG"]), Scheme::Io));
}

#[test]
fn what_is_not_taken_as_it_stands_is_counted() {
    let gold = read_str("York\tI-LOC\nA\tB-PER\nB\tI-ORG\nMonday\tB-DATE\nXyz\tB-XYZ\nnow\tB-DATE\n");
    assert_eq!(names(&gold), ["York LOC", "A PER", "B ORG"]);
    let malformed: Vec<String> = gold.notes.malformed.iter().map(|m| format!("{}: {}", m.line, m.why)).collect();
    assert_eq!(
        malformed,
        [
            "1: \"York\" has I-LOC without a B-LOC before it; read as the beginning of a name",
            "3: \"B\" has I-ORG without a B-ORG before it; read as the beginning of a name",
        ]
    );
    let types: Vec<_> = gold.notes.without_counterpart.iter().map(|(kind, count)| (kind.as_str(), *count)).collect();
    assert_eq!(types, [("DATE", 2), ("XYZ", 1)]);
}

const CONLLU_PLUS: &str = "\
# global.columns = ID FORM UPOS MISC OURS:NE
# newdoc id = first
# text = Anna vino  del \"Río\".
1\tAnna\tPROPN\t_\tB-PER
2\tvino\tVERB\t_\t*
3-4\tdel\t_\t_\t_
3\tde\tADP\t_\tO
4\tel\tDET\t_\tB-LOC
5\t\"\tPUNCT\tSpaceAfter=No\tI-LOC
5.1\tnada\tVERB\t_\tB-ORG
6\tRío\tPROPN\tSpaceAfter=No\tI-LOC
7\t\"\tPUNCT\tSpaceAfter=No\tO
8\t.\tPUNCT\t_\t_

1\tUlm\tPROPN\tX=1|SpaceAfter=No\tB-LOC
2\t-\tPUNCT\tSpaceAfter=No\t_
3\tBonn\tPROPN\t_\tB-LOC
4\t.\tPUNCT\t_\t_
";

#[test]
fn conllu_plus() {
    let gold = read_str(CONLLU_PLUS);
    assert_eq!(texts(&gold), ["Anna vino  del \"Río\".\nUlm-Bonn ."]);
    assert_eq!(names(&gold), ["Anna PER", "del \"Río LOC", "Ulm LOC", "Bonn LOC"]);
    assert_eq!(
        (gold.format, gold.text, gold.column.as_deref()),
        (Format::ConlluPlus, TextSource::AsGiven, Some("OURS:NE"))
    );
    assert_eq!((gold.documents[0].document.id.as_str(), gold.documents[0].words), ("first", 12));
    let gold = read_as(CONLLU_PLUS, spaced()).unwrap();
    assert_eq!(texts(&gold), ["Anna vino del \" Río \" .\nUlm - Bonn ."]);
    assert_eq!(names(&gold), ["Anna PER", "del \" Río LOC", "Ulm LOC", "Bonn LOC"]);
    // A text that is that of other words is told, and not used.
    let other = read_str(&CONLLU_PLUS.replace("text = Anna", "text = Anne"));
    assert_eq!(texts(&other)[0].lines().next(), Some("Anna vino del \"Río\"."));
    assert_eq!(other.notes.other_text.len(), 1);
    assert!(fault(CONLLU_PLUS, column("NER")).contains("no column \"NER\"; it has the columns ID, FORM"));
    assert!(
        fault(&CONLLU_PLUS.replace("OURS:NE", "OURS:X").replace("MISC", "M"), GoldOptions::default())
            .contains("--column")
    );
    assert!(fault(&CONLLU_PLUS.replace("4\tel", "x\tel"), GoldOptions::default()).contains("c:8: the ID \"x\""));
}

/// CoNLL-U itself has no column of names: some write them into MISC.
#[test]
fn conllu() {
    let row = |id, form, misc| format!("{id}\t{form}\t_\t_\t_\t_\t_\t_\t_\t{misc}\n");
    let corpus = [
        row("1", "Ulm", "ner=B-LOC|SpaceAfter=No"),
        row("2", ",", "_"),
        row("3-4", "Annas", "NER=B-PER"),
        row("3", "Anna", "_"),
        row("4", "s", "_"),
    ];
    let gold = read_str(&corpus.concat());
    assert_eq!(texts(&gold), ["Ulm, Annas"]);
    // The tag of a contraction is that of its first word.
    assert_eq!(names(&gold), ["Ulm LOC", "Annas PER"]);
    let row = |id, form, tag| format!("{id}\t{form}\t{tag}\n");
    let corpus = [
        "# global.columns = ID FORM NER\n".to_owned(),
        row("1-2", "Annas", "B-PER"),
        row("1", "Anna", "_"),
        row("2", "s", "_"),
    ];
    assert_eq!(names(&read_str(&corpus.concat())), ["Annas PER"]);
}

const HIPE: &str = "\
TOKEN\tNE-COARSE-LIT\tNE-COARSE-METO\tNE-FINE-LIT\tNEL-LIT\tMISC
# hipe2022:document_id = paper-1
# hipe2022:language = en
In\tO\tO\tO\t_\t_
New\tB-loc\tO\tB-gpe\tQ1\t_
York\tI-loc\tO\tI-gpe\tQ1\tNoSpaceAfter
,\tO\tO\tO\t_\tEndOfLine
# a mark of the page
the\t_\tO\tO\t_\t_
#\tO\tO\tO\t_\tNoSpaceAfter|EndOfLine

# hipe2022:document_id = paper-2
Ulm\tB-loc\tB-org\tO\t_\t_
";

#[test]
fn hipe() {
    let gold = read_str(HIPE);
    assert_eq!(texts(&gold), ["In New York, the #", "Ulm"]);
    assert_eq!(names(&gold), ["New York LOC", "Ulm LOC"]);
    assert_eq!(
        (gold.format, gold.text, gold.column.as_deref()),
        (Format::Hipe, TextSource::AsGiven, Some("NE-COARSE-LIT"))
    );
    assert_eq!(gold.documents[1].document.id, "paper-2");
    for given in ["ne-fine-lit", "4"] {
        assert_eq!(names(&read_as(HIPE, column(given)).unwrap()), ["New York LOC"], "{given}");
    }
    assert_eq!(names(&read_as(HIPE, column("NE-COARSE-METO")).unwrap()), ["Ulm ORG"]);
    assert!(fault(HIPE, column("NE-NESTED")).contains("it has the columns TOKEN, NE-COARSE-LIT"));
    let forced = GoldOptions { format: Some(Format::Hipe), ..GoldOptions::default() };
    assert!(fault("Ulm\tB-LOC\n", forced).contains("no header of HIPE"));
}

#[test]
fn json_lines() {
    let corpus = r#"{"id": 7, "text": "Zoë saw New York.", "entities": [[0, 3, "PERSON"], [8, 16, "GPE"], [8, 11, "LOC"]]}

{"text": "On Monday in Ulm ", "spans": [{"start": 3, "end": 9, "label": "DATE"}, {"start": 13, "end": 17, "type": "LOC", "x": 1}]}
{"text": "Nothing", "label": []}
{"text": "At 33 N in Ulm.", "entities": [{"start": 3, "end": 7, "text": "33 N", "label": "LOC", "place": {"method": "coordinates"}}, {"start": 11, "end": 14, "text": "Ulm", "label": "LOC", "place": null}]}
"#;
    let gold = read_str(corpus);
    assert_eq!(names(&gold), ["Zoë PER", "New York LOC", "Ulm LOC", "Ulm LOC"]);
    assert_eq!((gold.format, gold.text, gold.scheme), (Format::Jsonl, TextSource::AsGiven, None));
    assert_eq!(
        gold.documents.iter().map(|gold| gold.document.id.as_str()).collect::<Vec<_>>(),
        ["7", "c#2", "c#3", "c#4"]
    );
    assert_eq!((gold.notes.overlapping, gold.notes.trimmed, gold.notes.without_counterpart["DATE"]), (1, 1, 1));
    let bytes = GoldOptions { offsets: OffsetUnit::Utf8, ..GoldOptions::default() };
    let gold = read_as(r#"{"text": "Zoë Ulm", "labels": [[0, 4, "PER"], [5, 8, "LOC"]]}"#, bytes).unwrap();
    assert_eq!(names(&gold), ["Zoë PER", "Ulm LOC"]);
}

#[test]
fn broken_json_lines_are_told() {
    for (corpus, expected) in [
        (r#"{"text": "Ulm"}"#, "c:1: no names; expected a JSON object"),
        (r#"{"entities": []}"#, "c:1: no text"),
        (r#"{"text": "Ulm", "label": "city"}"#, "\"label\" is no list"),
        (
            r#"{"text": "Ulm", "spans": [[0, 4, "LOC"]]}"#,
            "name 1: 0 to 4 is no place in the text; offsets are counted in characters",
        ),
        (r#"{"text": "Ulm", "spans": [[3, 3, "LOC"]]}"#, "3 to 3 is nothing, or white space"),
        (r#"{"text": "Ulm", "spans": [[0, "3", "LOC"]]}"#, "expected [start, end, \"TYPE\"]"),
        (
            r#"{"text": "Zoë, Ulm", "entities": [{"start": 6, "end": 9, "text": "Ulm", "label": "LOC"}]}"#,
            "see --offsets",
        ),
        (
            r#"{"text": "Zoë in Ulm", "entities": [{"start": 6, "end": 9, "text": "Ulm", "label": "LOC"}]}"#,
            "is \"Ulm\", but the text has",
        ),
        ("{\"text\": \"Ulm\"\n", "c:1: no JSON object"),
        ("[{\"text\": \"Ulm\", \"spans\": []}]", "a list of all documents"),
    ] {
        let message = fault(corpus, GoldOptions::default());
        assert!(message.contains(expected), "{expected}: {message}");
    }
    let corpus = r#"{"text": "Ulm", "spans": []}"#;
    assert!(fault(corpus, spaced()).contains("its text is given"));
    assert!(fault(corpus, column("2")).contains("leave --column out"));
    assert!(
        fault("Ulm B-LOC\n", GoldOptions { format: Some(Format::Jsonl), ..GoldOptions::default() })
            .contains("no JSON object")
    );
}

/// What `tag` writes is read, whatever it was written from.
#[test]
fn annotations_are_read() {
    let annotation = crate::annotation::testing::annotation();
    let gold = read_str(&annotation.to_json());
    let expected: Vec<String> = annotation
        .entities
        .iter()
        .filter(|entity| {
            !entity.place.as_ref().is_some_and(|place| place.method == crate::annotation::Method::Coordinates)
        })
        .map(|entity| format!("{} {}", entity.text, entity.label))
        .collect();
    assert_eq!(names(&gold), expected);
    assert_eq!(texts(&gold)[0], annotation.text.unwrap());
}

#[test]
fn a_word_that_is_a_bracket_begins_no_json() {
    assert_eq!(read_str("{\tO\nUlm\tB-LOC\n}\tO\n").format, Format::Conll);
    assert_eq!(texts(&read_str("\u{feff}( O\nUlm B-LOC\n) O\n")), ["(Ulm)"]);
}

proptest! {
    #[test]
    fn nothing_makes_it_panic(
        corpus in "([A-Za-z\u{300}é# \t\r\n_-]|B-PER|I-PER|S-LOC|E-LOC|-DOCSTART-\n|\tO\n|# text = |1-2\t|1\t|\"|``|'){0,60}"
    ) {
        fuzzing::exercise(corpus.as_bytes());
        for head in ["# global.columns = ID FORM NE MISC\n", "TOKEN\tNE-COARSE-LIT\tMISC\n", "1\ta\t_\t_\t_\t_\t_\t_\t_\tNER=B-PER\n"] {
            fuzzing::exercise(format!("{head}{corpus}").as_bytes());
        }
    }

    #[test]
    fn no_json_makes_it_panic(text in "\\PC{0,20}", start in 0..30_u64, end in 0..30_u64, tail in "\\PC{0,5}") {
        let line = serde_json::json!({"text": text, "entities": [[start, end, "LOC"], [end, start, "PER"], {"start": start}]});
        fuzzing::exercise(line.to_string().as_bytes());
        let line = serde_json::json!({"text": text, "spans": [[start, end, "LOC"]]});
        fuzzing::exercise((line.to_string() + &tail).as_bytes());
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        fuzzing::exercise(&bytes);
    }
}
