//! Names that other geoparsers are known to put elsewhere, in sentences of our own.

use serde_json::Value;

use crate::support::{Env, finish};

/// The entities and relations of a text.
fn tagged(text: &str, options: &[&str]) -> Value {
    let args = ["tag", "-", "--format=jsonl"].iter().chain(options);
    Env::new().run_with(args, text).jsonl().remove(0)
}

fn named<'a>(tagged: &'a Value, name: &str) -> &'a Value {
    let entities = tagged["entities"].as_array().unwrap();
    entities.iter().find(|entity| entity["text"] == name).unwrap_or_else(|| panic!("{name}: {tagged}"))
}

/// The place of a name, whether it stands by itself or inside the name of something else.
fn placed(tagged: &Value, name: &str) -> Value {
    let entities = tagged["entities"].as_array().unwrap();
    let within = entities.iter().flat_map(|entity| entity["contains"].as_array().into_iter().flatten());
    let mut named = entities.iter().chain(within).filter(|entity| entity["text"] == name);
    named.next().unwrap_or_else(|| panic!("{name}: {tagged}"))["place"].clone()
}

/// The id of the place of a name.
fn place(text: &str, name: &str) -> String {
    named(&tagged(text, &[]), name)["place"]["id"].as_str().unwrap_or("none").to_owned()
}

const BANGOR: &str = "geonames:4957280";
const WASHINGTON_CITY: &str = "geonames:4140963";
const WASHINGTON_STATE: &str = "geonames:5815135";

#[test]
fn a_city_with_its_state() {
    assert_eq!(place("The trial in Bangor, Maine, began on Monday.", "Bangor"), BANGOR);
    assert_eq!(place("BANGOR, Maine — Police in Bangor arrested two men on Friday.", "Bangor"), BANGOR);
    let dispatch = "SPRINGFIELD, Ill. (AP) — The governor of Illinois spoke in Springfield on Tuesday.";
    assert_eq!(place(dispatch, "Springfield"), "geonames:4250542");
    assert_eq!(place("She lives in the Texas city of Paris and works in Dallas.", "Paris"), "geonames:4717560");
}

#[test]
fn the_city_beside_the_one_that_is_named() {
    let text = "Ships waited off the port of Long Beach, and trucks from Los Angeles stood in line. Workers in Long Beach \
                and San Pedro went on strike.";
    assert_eq!(place(text, "Long Beach"), "geonames:5367929");
}

#[test]
fn washington_is_three_things() {
    let state =
        "Fires burnt in Washington state on Sunday, near Spokane and Yakima. Farms in eastern Washington were lost.";
    assert_eq!(place(state, "Washington"), WASHINGTON_STATE);
    let city = "She moved to Washington, D.C., in May and works two streets from the White House.";
    assert_eq!(place(city, "Washington, D.C."), WASHINGTON_CITY);
    let government = tagged("Washington imposed new sanctions on Iran on Monday, and Tehran protested.", &[]);
    let washington = named(&government, "Washington");
    assert_eq!(washington["place"]["id"], WASHINGTON_CITY);
    assert_eq!(washington["stands_for"], "government");
}

#[test]
fn continents_are_no_villages() {
    let africa = tagged("Drought has hit farmers in Africa, and grain prices have risen in Europe and Asia.", &[]);
    let feature = |name: &str| named(&africa, name)["place"]["feature"].clone();
    assert_eq!((feature("Africa"), feature("Europe"), feature("Asia")), ("CONT".into(), "CONT".into(), "CONT".into()));
}

#[test]
fn what_is_south_of_a_town_has_a_place() {
    let tagged = tagged("South of Krasnohorivka, in the Donetsk region of Ukraine, shelling went on all night.", &[]);
    let relation = &tagged["relations"][0];
    assert_eq!(relation["kind"], "direction", "{tagged}");
    assert_eq!(relation["bearing_deg"], 180.0);
    let anchor = relation["anchors"][0].as_u64().unwrap() as usize;
    assert_eq!(tagged["entities"][anchor]["text"], "Krasnohorivka");
    let lat = relation["place"]["lat"].as_f64().unwrap();
    assert!(lat < tagged["entities"][anchor]["place"]["lat"].as_f64().unwrap(), "{relation}");
}

#[test]
fn what_is_no_place_is_left_alone() {
    for (text, name) in [
        ("He holds an M.S. in biology from a college in Ohio.", "M.S"),
        ("Paris Hilton opened a shop in London.", "Paris"),
        ("Michael Jordan won his sixth title. Jordan scored 45 points.", "Jordan"),
        ("The Washington Post reported on Monday that the plan had failed.", "Washington"),
    ] {
        let tagged = tagged(text, &[]);
        let entities = tagged["entities"].as_array().unwrap();
        let within = entities.iter().flat_map(|entity| entity["contains"].as_array().into_iter().flatten());
        let placed = entities.iter().chain(within).filter(|entity| entity["place"].is_object());
        let wrong: Vec<&Value> = placed.filter(|entity| entity["text"].as_str().unwrap().contains(name)).collect();
        assert!(wrong.is_empty(), "{text}: {wrong:?}");
    }
}

#[test]
fn the_publishers_place_decides_where_nothing_else_is_said() {
    for text in [
        "The council of Bangor will vote on the new school on Monday.",
        "The council will vote on a new school in Bangor on Monday.",
    ] {
        let near = |options: &[&str]| placed(&tagged(text, options), "Bangor")["country"].clone();
        assert_eq!(near(&["--near", "Bangor, Maine"]), "US", "{text}");
        assert_eq!(near(&["--near", "53.2,-4.1"]), "GB", "{text}");
    }
    let council = "The council will vote on a new school in Hamilton on Monday.";
    let country =
        |code: &str| named(&tagged(council, &["--publisher-country", code]), "Hamilton")["place"]["country"].clone();
    assert_eq!((country("NZ"), country("CA")), ("NZ".into(), "CA".into()));
}

#[test]
fn the_publishers_country_by_its_old_name() {
    let (env, council) = (Env::new(), "The council will vote on a new school in Hamilton on Monday.");
    let called = "--country is called --publisher-country now";
    let run = env.run_with(["tag", "-", "--format=jsonl", "--country", "NZ"], council);
    assert_eq!(run.stderr.lines().filter(|line| line.ends_with(called)).count(), 1, "{}", run.stderr);
    assert_eq!(named(&run.jsonl()[0], "Hamilton")["place"]["country"], "NZ");
    let variable = |name: &str| {
        let mut command = env.command();
        finish(command.args(["tag", "-", "--format=jsonl"]).env(name, "NZ"), council.as_bytes())
    };
    let (old, new) = (variable("DATELINE_COUNTRY"), variable("DATELINE_PUBLISHER_COUNTRY"));
    assert_eq!(old.stdout, run.stdout);
    assert_eq!(new.stdout, run.stdout);
    assert!(old.stderr.contains("is called DATELINE_PUBLISHER_COUNTRY now"), "{}", old.stderr);
    assert!(!new.stderr.contains("is called"), "{}", new.stderr);
    let both = env.run_with(["tag", "-", "--country", "NZ", "--publisher-country", "NZ"], council);
    assert_eq!(both.status, 2, "{}", both.stderr);
    assert!(both.stderr.contains("cannot be used with '--publisher-country <CODE>'"), "{}", both.stderr);
    let help = env.run(["tag", "--help"]).stdout;
    assert!(help.contains("--publisher-country <CODE>") && !help.contains("--country <CODE>"), "{help}");
}

#[test]
fn names_inside_names_are_told() {
    let tagged = tagged("The Paris Police Department in Texas and the University of Kentucky signed a contract.", &[]);
    let entities = tagged["entities"].as_array().unwrap();
    let inside: Vec<&str> = entities
        .iter()
        .flat_map(|entity| entity["contains"].as_array().into_iter().flatten())
        .filter_map(|inner| inner["text"].as_str())
        .collect();
    assert!(inside.contains(&"Paris") && inside.contains(&"Kentucky"), "{tagged}");
}

/// In words for people, of a text that is given as it is.
#[test]
fn reasons_are_told_in_words() {
    let env = Env::new();
    let text =
        "A man was arrested in Paris, Texas, on Monday, police in Xyzzyfeld said. Lawyers from Springfield came.";
    let pretty = env.run(["tag", "--text", text, "--explain", "--format", "pretty"]);
    assert_eq!(pretty.status, 0, "{}", pretty.stderr);
    for part in ["Paris is Paris, Texas, US (", "\"Texas\" stands behind it", "rather than Springfield, "] {
        assert!(pretty.stdout.contains(part), "{part}: {}", pretty.stdout);
    }
    let plain = env.run(["tag", "--text", text, "--format", "pretty"]);
    assert!(!plain.stdout.contains("stands behind it"), "{}", plain.stdout);
    env.file("a.txt", text);
    let both = env.run(["tag", "--text", text, "a.txt"]);
    assert_eq!(both.status, 2);
    assert!(both.stderr.contains("--text") && both.stderr.contains("cannot be used with"), "{}", both.stderr);
}

#[test]
fn reasons_are_told() {
    let tagged = tagged("The trial in Bangor, Maine, began on Monday.", &["--explain"]);
    let explained = &tagged["explanations"][0];
    assert_eq!(explained["text"], "Bangor");
    let best = &explained["candidates"][0];
    assert_eq!(best["place"]["id"], BANGOR);
    let features = best["features"].as_array().unwrap();
    assert!(features.iter().any(|reason| reason["feature"] == "in_named_container"), "{best}");
    assert!(explained["none"]["probability"].as_f64().unwrap() < 0.1);
}
