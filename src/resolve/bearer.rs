//! What bears the name of a place and is none: "Panama hat", "a dog called Memphis", "the band Chicago"; and what bears it
//! and says where it is: "University of Leeds".

use std::collections::HashSet;
use std::sync::LazyLock;

use regex::Regex;

use crate::document::Span;

/// Words in lower case.
type Words = LazyLock<HashSet<&'static str>>;

/// Bytes of text beside a name that are looked at.
const REACH: usize = 80;

/// Things that are called by where they come from, as they stand behind the name of a place.
const OF_PLACES: &str = "hats?|shorts|jackets?|sweaters?|cream cheese|cheesecake|sprouts|sling|sunset|syndrome|disease|fever|\
    terriers?|retrievers?|spaniels?|sheepdogs?|canary|canaries|creeper|lil(?:y|ies)|nuts?|nut tarts?|cream pies?|wings|\
    cheesesteaks?|omelet(?:te)?s?|mules?|iced tea|artichokes?|maples?|firs?|spruces?|cows?|virus|creepers?|beans?|jack|dip";

/// Things and animals that are called by a people.
const OF_PEOPLES: &str = "shepherds?|terriers?|setters?|retrievers?|pointers?|mastiffs?|bulldogs?|wolfhounds?|sheepdogs?|hounds?|cats?|\
    fries|toast|pastry|pastries|dressing|muffins?|horns?|windows|doors|army kni(?:fe|ves)|chard|oven|roulette|whispers|checkers|\
    lanterns?|cabbage|ink|blinds?|numerals?|candles?|flu|knotweed|beetles?|encephalitis|hornets?|measles|goose|geese|rarebit|\
    heels|waffles?|yogh?urt|salad|wave|omelette|hamsters?|pon(?:y|ies)|onion soup|breakfast|delight|courage|dolls?|\
    husk(?:y|ies)|ridgebacks?|sandwich(?:es)?|maples?|spruces?";

/// Words behind which the name of an animal, a person, a ship, a group or a work stands: "a dog named", "the band".
const NAMED: &str = "dogs?|cats?|pupp(?:y|ies)|kittens?|horses?|mare|colt|foal|stallion|gelding|racehorse|pon(?:y|ies)|donkey|parrots?|pigs?|goats?|\
    cows?|bulls?|cal(?:f|ves)|lambs?|sheep|lions?|lioness|tigers?|bears?|elephants?|giraffes?|gorillas?|orangutans?|pandas?|penguins?|\
    dolphins?|whales?|orcas?|seals?|sea lions?|eagles?|owls?|falcons?|hamsters?|rabbits?|tortoises?|turtles?|snakes?|llamas?|alpacas?|\
    bab(?:y|ies)|girls?|boys?|sons?|daughters?|sisters?|brothers?|twins?|m[ae]n|wom[ae]n|child|singers?|rappers?|actors?|actress|\
    ships?|boats?|yachts?|vessels?|tugs?|tugboats?|trawlers?|steamers?|schooners?|frigates?|destroyers?|cruisers?|submarines?|carriers?|\
    lifeboats?|locomotives?|robots?|drones?|satellites?|rockets?|racehorses?|storms?|hurricanes?|cyclones?|typhoons?|\
    films?|movies?|novels?|books?|songs?|singles?|albums?|plays?|musicals?|operas?|ballets?|paintings?|podcasts?|sitcoms?|\
    magazines?|newspapers?|games?|apps?|bands?|rock group|duo|trio|quartet|quintet|orchestra|label|fonts?|typefaces?|\
    perfumes?|fragrances?|cocktails?|brands?|start-?ups?|firms?|compan(?:y|ies)|models?|cars?|pick-?ups?|SUVs?|sedans?|\
    restaurants?|caf[eé]s?|bars?|pubs?|nightclubs?|shops?";

/// Works, groups and ships whose name stands right behind: "the band Chicago", "the ferry Estonia".
const APPOSED: &str = "app|band|bands|rock group|pop group|duo|trio|quartet|quintet|singer|rapper|film|movie|novel|song|album|musical|opera|ballet|sitcom|\
    podcast|ship|boat|yacht|vessel|tug|tugboat|trawler|schooner|frigate|destroyer|cruiser|submarine|aircraft carrier|lifeboat|\
    liner|ferry|tanker|freighter|bulk carrier|cargo ship|cruise ship|steamer|locomotive|storm|hurricane|cyclone|typhoon|\
    racehorse|magazine|newspaper|font|typeface|perfume|cocktail|jeweller|carmaker|airline|\
    dog|cat|horse|pony|mare|parrot";

static HEAD_OF_PLACES: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(&format!(r"^[ -](?:{OF_PLACES})(?-u:\b)")).expect("the pattern is tested"));

static HEAD_OF_PEOPLES: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(&format!(r"^[ -](?:{OF_PEOPLES})(?-u:\b)")).expect("the pattern is tested"));

static NAMED_SO: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(&format!(
        r"(?i)(?-u:\b)(?:{NAMED})(?:,| that was| who was| which was| that is| was| is)? (?:named|called|nicknamed|christened|dubbed|titled|entitled) (?:the )?[“‘]?(?:\p{{Lu}}\w+(?:,| and| or) )?[“‘]?$"
    ))
    .expect("the pattern is tested")
});

/// What bears names with a capital of its own: "Hurricane Florence", "HMS Sheffield", "Hyundai Tucson".
const CAPITALISED: &str = "USS|HMS|HMAS|HMCS|HMNZS|RMS|SS|MS|MV|M/V|USNS|INS|BRP|RFA|ARA|Hurricane|Typhoon|Cyclone|Storm|Operation|Toyota|Hyundai|\
    Kia|Seat|SEAT|Dodge|Chevrolet|Chevy|GMC|Honda|Nissan|Mazda|Jeep|Chrysler|Buick|Cadillac|Pontiac|Plymouth|Fiat|Ferrari|Skoda|\
    Škoda|Opel|Vauxhall|Renault|Peugeot|Citroën|Citroen|Volvo|Saab|VW|Volkswagen|Mercedes|BMW|Audi|Lamborghini|Porsche|Subaru|\
    Mitsubishi|Suzuki|Dacia|Lancia|Alfa Romeo|Maserati";

static APPOSED_TO: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(&format!(
        r"(?-u:\b)(?:(?:[Tt]he|[Aa]n?|[Hh]is|[Hh]er|[Tt]heir|[Ii]ts|’s|'s) (?:[\w-]+ ){{0,2}}(?:{APPOSED}) [“‘]?|(?:{CAPITALISED}) )$"
    ))
    .expect("the pattern is tested")
});

static APPOSED_BEHIND: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"^, (?:an?|the) (?:[\w’'-]+ ){0,4}(?:(?:maker|retailer|manufacturer|brewer|distiller|publisher|insurer|carmaker|automaker|chipmaker|brand|band|rock group|airline|lender|start-?up|clothier|outfitter|jeweller|label|supplier|seller)(?-u:\b)|(?:company|firm|chain|group|business) (?:that|which|behind|of|based|known|founded|owned)(?-u:\b))",
    )
    .expect("the pattern is tested")
});

/// Words behind which a place stands whatever follows.
static WHERE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)(?-u:\b)(?:in|near|at|from|to|outside|around)\s$").expect("the pattern is tested")
});

/// Whether a name that is that of a place is borne by something else: by the words beside it. `people`: it is the name of a
/// people.
pub fn is_borne_by_other(text: &str, name: Span, people: bool) -> bool {
    let (before, behind) = beside(text, name);
    let head = if people { &HEAD_OF_PEOPLES } else { &HEAD_OF_PLACES };
    let is_where = WHERE.is_match(before);
    head.is_match(behind)
        || (people && before.ends_with("Great ") && text[name.start..].starts_with("Dane"))
        || NAMED_SO.is_match(before)
        || (!people && APPOSED_TO.is_match(before))
        || (!people && APPOSED_BEHIND.is_match(behind) && !is_where)
}

/// Whether the name of a person stands there: "Georgia, 9, and her brother".
pub fn is_aged(text: &str, name: Span) -> bool {
    static AGE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^, (?:[1-9]|[1-9]\d|10\d)(?:, \p{Ll}|,? and (?:her|his|their)(?-u:\b)|\.$)")
            .expect("the pattern is tested")
    });
    let (before, behind) = beside(text, name);
    AGE.is_match(behind) && !WHERE.is_match(before)
}

/// Parts of names of bodies that are called by where they are.
static LOCATED: Words = LazyLock::new(|| {
    "county city town township village borough parish district ward state states province provincial region \
     regional metropolitan municipal municipality federal police sheriff constabulary fire rescue ambulance ems \
     patrol trooper troopers guard army navy militia force forces coast border department dept ministry minister \
     agency bureau division office authority administration service services commission commissioners committee \
     council councils board cabinet court courts courthouse attorney coroner auditor clerk prosecutor jail prison \
     penitentiary detention correctional corrections government parliament legislature senate house assembly \
     congress governor mayor embassy consulate school schools elementary middle high university college academy \
     institute polytechnic campus seminary kindergarten hospital hospitals clinic medical health infirmary hospice \
     airport airfield station depot port harbor harbour terminal railway rail transit transport turnpike bridge \
     tunnel dam reservoir library museum gallery zoo theatre theater philharmonic symphony cathedral church mosque \
     temple synagogue diocese archdiocese park gardens forest refuge stadium arena fairgrounds fair festival \
     marathon square mall plaza street road rd avenue ave drive boulevard highway parkway freeway route chamber \
     association society union federation coalition public community national center centre downtown area arts club foundation league extension cooperative cooperatives survey education recreation examiner philharmonic"
        .split_whitespace()
        .collect()
});

/// Parts of names of companies, clubs, goods and treaties: where these words stand, the place says nothing of where they are.
static ELSEWHERE: Words = LazyLock::new(|| {
    "airlines airways express inc inc. corp corp. ltd ltd. plc llc gmbh holdings motors motor dynamics consulting \
     roadhouse grill fried chicken pizza foods brewing scientific capital pharma partners minerals ventures pictures records studios fc f.c. united \
     rovers wanderers athletic bulls celtics lakers knicks cowboys bears lions patriots yankees mets cubs dodgers \
     giants eagles rangers bruins canadiens agreement accord accords convention conventions protocol treaty pact \
     project"
        .split_whitespace()
        .collect()
});

/// What the name of something else says of a place whose name is in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bearing {
    /// It is there: "University of Leeds".
    Located,
    /// The name says nothing of where it is: "Boston Dynamics", a newspaper.
    Elsewhere,
    /// It may be there: "Newark Live Bait".
    Open,
}

/// What the name of an organisation or the like says of a place in it. `name`: the whole; `place`: the part that is a place's.
pub fn bearing(name: &str, place: Span) -> Bearing {
    static BEFORE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)(?:^|\s)(?:of|in|at|for|from|near|de|di|da|do|du|d’)\s+(?:the\s+)?(?:[\w.]+[\s–-]+)?$")
            .expect("the pattern is tested")
    });
    let (before, behind) = (&name[..place.start], &name[place.end..]);
    let words = |text: &str| {
        let words = text.split(|c: char| !(c.is_alphanumeric() || c == '.')).filter(|word| !word.is_empty());
        words.map(|word| word.trim_end_matches('.').to_lowercase()).collect::<Vec<_>>()
    };
    let behind = words(behind);
    let has = |list: &Words| behind.iter().any(|word| list.contains(word.as_str()));
    let is_paper_of = words(before).iter().any(|word| MEDIA.contains(word.as_str()));
    if is_paper_of || has(&MEDIA) && !(has(&LOCATED) && behind.iter().any(|word| word == "examiner")) {
        Bearing::Elsewhere
    } else if BEFORE.is_match(before) && !has(&ELSEWHERE) {
        Bearing::Located
    } else if behind.last().is_some_and(|last| ELSEWHERE.contains(last.as_str())) {
        Bearing::Elsewhere
    } else if has(&LOCATED) {
        Bearing::Located
    } else if has(&ELSEWHERE) {
        Bearing::Elsewhere
    } else {
        Bearing::Open
    }
}

/// Whether the name of an organisation that a place goes by too says that it is a public body: "Lamar County".
pub fn is_body(name: &str) -> bool {
    let last = name.rsplit([' ', '-']).next().unwrap_or(name).to_lowercase();
    let first = name.split(" of ").next().unwrap_or(name).to_lowercase();
    let said = name.contains(' ') && (LOCATED.contains(last.as_str()) || LOCATED.contains(first.as_str()));
    said || matches!(name, "U.S." | "US" | "U.K." | "UK" | "USA")
}

/// Newspapers and broadcasters are no part of the places that they are called by.
static MEDIA: Words = LazyLock::new(|| {
    "post times journal herald tribune gazette chronicle globe star sun mirror mail telegraph examiner observer \
     standard inquirer dispatch courier register magazine guardian daily news sentinel weekly monitor"
        .split_whitespace()
        .collect()
});

fn beside(text: &str, name: Span) -> (&str, &str) {
    let from = text.ceil_char_boundary(name.start.saturating_sub(REACH));
    let to = text.floor_char_boundary((name.end + REACH).min(text.len()));
    (&text[from..name.start], &text[name.end..to])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `[the place]` in a name says.
    fn said(marked: &str) -> Bearing {
        let (start, end) = (marked.find('[').unwrap(), marked.find(']').unwrap() - 1);
        bearing(&marked.replace(['[', ']'], ""), Span::new(start, end))
    }

    #[test]
    fn bodies_are_where_they_are_called_by() {
        for name in
            ["University of [Leeds]", "[Bangor] Police Department", "Bank of [Egypt]", "University of Ohio-[Athens]"]
        {
            assert_eq!(said(name), Bearing::Located, "{name}");
        }
        assert!(is_body("Lamar County") && is_body("State of Ohio") && !is_body("Orange"));
    }

    #[test]
    fn companies_clubs_and_papers_may_be_anywhere() {
        for name in
            ["[Boston] Dynamics", "[Texas] Roadhouse", "[Bangor] Daily News", "[Paris] Agreement", "[Chicago] Bulls"]
        {
            assert_eq!(said(name), Bearing::Elsewhere, "{name}");
        }
        assert_eq!(said("[Newark] Live Bait"), Bearing::Open);
    }

    /// Whether `[the name]` in a text is borne by something else.
    fn borne(marked: &str, people: bool) -> bool {
        let (start, end) = (marked.find('[').unwrap(), marked.find(']').unwrap() - 1);
        is_borne_by_other(&marked.replace(['[', ']'], ""), Span::new(start, end), people)
    }

    #[test]
    fn things_are_called_by_places() {
        for text in
            ["a cat named [Oslo]", "the USS [Maine] sank", "[Bermuda] shorts", "[Andorra], the maker of boots, said"]
        {
            assert!(borne(text, false), "{text}");
        }
        for text in
            ["a town named [Oslo]", "in [Paris], the maker of boots, said", "[Oslo] residents", "sales in the US rose"]
        {
            assert!(!text.contains('[') || !borne(text, false), "{text}");
        }
        assert!(borne("two [German] shepherds", true) && !borne("two [German] soldiers", true));
    }
}
