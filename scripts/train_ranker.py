"""Fits the ranker's weights to articles whose places people have marked, and writes them for `dateline`.

    python scripts/train_ranker.py --data ../shared/data/geo

The program itself measures the evidence (`dateline eval geo --features`); this script only finds the weights: a
conditional logit over the candidates of each name and "none of these", with a normal prior around the weights of
PRIOR, which say what each feature means before any data is seen.

What a name says of the others depends on what it is taken for, so that is done in rounds: first the weights for names
by themselves, then those for names among the others, measured with the weights of the round before. Articles are put
in folds by publisher. What is measured of an article, and what is reported of it, comes from weights that were fitted
without any article of its publisher.
"""

import argparse
import csv
import hashlib
import json
import math
import subprocess
import sys
import tempfile
from pathlib import Path
from xml.etree import ElementTree

import ranker_examples
import torch

FOLDS = 5

# Features that speak of the other names of the document: not there when names are weighed by themselves.
OF_OTHERS = {
    "list_division", "list_company", "list_kind", "list_holder", "near_area", "country_support", "alone_in_country", "first_level_support",
    "second_level_support", "within_15_km", "within_50_km", "within_150_km", "within_500_km", "share_within_100_km",
    "neighbour_within_50_km", "neighbour_within_500_km", "stated_position", "lone_importance", "worldly_importance",
    "worldly_capital",
}  # fmt: skip

# What each feature is worth before any data is seen; 0 for those that aren't here.
PRIOR = {
    "exact_match": 0.4, "official_name": 0.5, "short_name": 1.0, "abbreviation": 1.0, "demonym": 1.5,
    "historic_name": -1.5, "unique": 1.0, "has_namesake_capital": -2.0, "unknown_name": -2.5, "loose_match": -2.0, "needless_liberty": -2.5,
    "transliterated_match": -3.0, "importance": 6.0, "country_importance": -2.5, "first_level_importance": -1.5,
    "country": 4.0, "first_level": 0.5, "second_level": -0.5, "great_feature": 2.0, "natural_feature": 0.5,
    "capital": 1.0, "priority": 12.0, "has_namesake_town": -1.5, "in_named_container": 5.0, "in_other_container": -1.0,
    "in_named_town": 2.0, "holds_named_place": 3.0, "type_word": 2.5, "other_type_word": -6.0, "list_division": 1.0,
    "list_company": 1.0, "country_support": 3.0, "first_level_support": 3.0, "second_level_support": 1.0,
    "within_50_km": 1.0, "within_150_km": 1.0, "within_500_km": 0.5, "stated_position": 4.0, "near_publisher": 4.0,
    "publisher_country": 2.0, "fame": 2.0, "relative_fame": 2.0, "head_noun": 2.0, "other_head_noun": -2.0, "article": 1.0,
    "other_article": -1.0, "called_capital": 3.0, "dateline_town": 1.0, "siblings": 2.0, "other_siblings": -1.0,
    "in_listed_container": 3.0, "list_kind": 1.0, "list_holder": -2.0, "historic_in_old_text": 2.0, "historic_rival": -1.0,
    "outshone_by_town": -1.0, "near_area": 1.0, "worldly_capital": 2.0, "worldly_importance": 1.0, "lone_importance": 1.0,
}  # fmt: skip
PRIOR_OF_NONE = {"always": 3.0, "well_known": -2.0, "famous": -2.0, "unique": -1.0, "long_name": -1.0}

# Written with the worth that they have before any data: these corpora have too few names whose position the text states.
HELD = ["stated_position"]

# How far a weight strays from its prior (standard deviation), and how much one name counts beside that.
WIDTH = 1.5

# A name that nobody marked may be one that the annotators passed over: it counts less.
UNMARKED = 0.3
# The mentions of the corpus say nothing about "none", and most are among those that are found: they count less.
GIVEN = 0.3
# Once more with the publisher's place, which most callers don't tell.
TOLD = 0.15

# What a name of each corpus counts. LGL is of local papers, and has four times as many articles as TR-News, which is of
# the papers that most people read; the examples are our own sentences.
WEIGHT = {"lgl": 1.0, "tr-news": 2.0, "examples": 0.4, "geocorpora": 0.3}

# A candidate so near, in kilometres, is what is meant; where there is none, one that is near enough to be scored as right.
SAME = 25.0
NEAR = 161.0


# Candidates of a name that are looked at beside the right one: those behind them are hamlets that hardly weigh anything.
LOOKED_AT = 40

DIRECTIONS = ("north", "south", "east", "west", "central", "upper", "lower", "downtown")


class Names:
    """The evidence of names: their candidates in a row, one name's behind another's."""

    def __init__(self, files, candidate, none):
        rows = [row for file, weight in files for row in read(file, weight, candidate, none)]
        counts = torch.tensor([len(row["values"]) for row in rows])
        self.of_name = torch.repeat_interleave(torch.arange(len(rows)), counts)
        self.values = torch.tensor([values for row in rows for values in row["values"]], dtype=torch.float32)
        self.right = torch.tensor([right for row in rows for right in row["right"]])
        self.within = torch.tensor([within for row in rows for within in row["within"]])
        self.none = torch.tensor([row["none"] for row in rows], dtype=torch.float32)
        self.certain = torch.tensor([row["certain"] for row in rows])
        self.linked = torch.tensor([row["linked"] for row in rows])
        self.weight = torch.tensor([row["weight"] for row in rows], dtype=torch.float32)
        self.corpus = [row["corpus"] for row in rows]
        self.kind = [row["kind"] for row in rows]
        self.domain = [row["domain"] for row in rows]
        self.none_is_right = ~self.any(self.right) & ~self.certain

    def any(self, which):
        """Whether it is so for any candidate of each name."""
        return torch.zeros(len(self.none)).index_add(0, self.of_name, which.float()) > 0

    def scores(self, weights, none_weights):
        """The scores of all candidates, and those of "none of these" for each name."""
        return self.values @ weights, (self.none @ none_weights).masked_fill(self.certain, -1e9)

    def highest(self, scores, none):
        """The highest score of each name."""
        return none.detach().scatter_reduce(0, self.of_name, scores.detach(), "amax")

    def log_likelihood(self, weights, none_weights):
        """The logarithm of the probability of what is right, for each name."""
        scores, none = self.scores(weights, none_weights)
        highest = self.highest(scores, none)
        parts, none = torch.exp(scores - highest[self.of_name]), torch.exp(none - highest)
        right = (none * self.none_is_right).index_add(0, self.of_name, parts * self.right)
        return torch.log(right + 1e-30) - torch.log(none.index_add(0, self.of_name, parts))

    def are_within(self, weights, none_weights):
        """Whether the best candidate of each name is near enough."""
        scores, none = self.scores(weights, none_weights)
        return self.any((scores >= self.highest(scores, none)[self.of_name]) & self.within)


def read(file, weight, candidate, none):
    """The names of an evidence file: their numbers, and which candidates are right."""
    corpus, spans = file.stem.split(".")
    certain = spans != "found"
    with open(file) as lines:
        head = json.loads(next(lines))
        assert head == {"candidate": candidate, "none": none}, f"{file}: other features"
        for line in map(json.loads, lines):
            gold = line.get("gold")
            linked = bool(gold and gold["linked"])
            candidates = line["candidates"]
            right = [linked and c["km"] <= SAME for c in candidates]
            # A county and its seat are near each other: the one that was marked is meant.
            kind = [near and c["feature"][:3] == gold["feature"][:3] for near, c in zip(right, candidates, strict=True)]
            right = kind if any(kind) else right
            if linked and not any(right):
                right = [is_same_area(c, gold["feature"]) for c in candidates]
            within = [linked and c["km"] <= NEAR for c in candidates]
            if linked and not any(right):
                right = within
            # Given mentions are not "none", and those marked without a link may be anything. Annotators mark "Iraq" of
            # "northern Iraq", a tagger may mark both words: nothing is wrong with that.
            part = line["phrase"].lower().startswith(DIRECTIONS) and not gold
            if (certain and not any(right)) or (gold and not linked) or part or not candidates:
                continue
            kept = [n for n in range(len(candidates)) if n < LOOKED_AT or right[n]]
            yield {
                "values": [candidates[n]["values"] for n in kept],
                "right": [right[n] for n in kept],
                "within": [within[n] for n in kept],
                "none": line["none"],
                "certain": certain,
                "linked": linked,
                "weight": weight * (1.0 if gold else UNMARKED),
                "corpus": corpus,
                "kind": spans,
                "domain": line["domain"],
            }


def is_same_area(candidate, feature):
    """Two sources put the middle of a country or a sea at quite different points of it."""
    return bool(candidate["radius_km"]) and not feature.startswith("PPL") and candidate["km"] <= candidate["radius_km"]


def fit(names, chosen, prior, none_prior, free):
    """The weights that maximise the posterior, and the loss."""
    weights = prior.clone().requires_grad_(True)
    none_weights = none_prior.clone().requires_grad_(True)
    amount = names.weight * chosen
    optimizer = torch.optim.LBFGS([weights, none_weights], max_iter=120, line_search_fn="strong_wolfe")

    def closure():
        optimizer.zero_grad()
        likelihood = names.log_likelihood(torch.where(free, weights, prior), none_weights)
        stray = ((weights - prior) ** 2).sum() + ((none_weights - none_prior) ** 2).sum()
        loss = -(amount * likelihood).sum() + stray / (2 * WIDTH**2)
        loss.backward()
        return loss

    optimizer.step(closure)
    return torch.where(free, weights, prior).detach(), none_weights.detach()


def accuracy(names, weights_of, chosen):
    """Of the linked names with candidates, the share whose best candidate is within 161 km."""
    fates = {}
    for fold, weights in weights_of.items():
        good = names.are_within(*weights)
        for n in torch.nonzero(chosen[fold] & names.linked).flatten().tolist():
            key = (names.corpus[n], names.kind[n])
            hits, all_of = fates.get(key, (0, 0))
            fates[key] = (hits + int(good[n]), all_of + 1)
    return {" ".join(key): f"{hits / all_of:.4f} of {all_of}" for key, (hits, all_of) in sorted(fates.items())}


# Papers under several addresses.
SAME_PUBLISHER = {"lfpress.ca": "lfpress.com", "timesdispatch.com": "richmond.com", "myinrich.com": "richmond.com"}


def publisher(domain):
    bare = domain.removeprefix("www.")
    return SAME_PUBLISHER.get(bare, bare)


def folds_of(corpora):
    """The domains of the corpora in folds of about as many articles, all those of a publisher in one; the order has nothing
    to do with them."""
    counts, domains = {}, {}
    for corpus in corpora:
        for article in ElementTree.parse(corpus).getroot().iter("article"):
            domain = (article.findtext("domain") or "").strip()
            name = publisher(domain)
            counts[name] = counts.get(name, 0) + 1
            domains.setdefault(name, set()).add(domain)
    order = sorted(counts, key=lambda name: (-counts[name], hashlib.sha256(name.encode()).hexdigest()))
    folds = [[] for _ in range(FOLDS)]
    for name in order:
        min(folds, key=lambda fold: sum(counts[n] for n in fold)).append(name)
    return [[domain for name in fold for domain in sorted(domains[name])] for fold in folds]


def measure(args, corpora, rankers, folder):
    """Lets the program measure the evidence of all names: found, given, and given with the publisher's place."""
    files = []
    publishers = ["--publishers", folder / "publishers.csv"]
    for corpus in [*corpora, *(folder / f"{name}.jsonl" for name in ["examples", "geocorpora"] if (folder / f"{name}.jsonl").exists())]:
        for kind, weight in [("found", 1.0), ("gold", GIVEN), ("publisher", TOLD)]:
            if kind == "publisher" and corpus not in corpora:
                continue
            spans = "found" if kind == "found" else "gold"
            file = folder / f"{corpus.stem}.{kind}.jsonl"
            told = (publishers if kind == "publisher" else []) + rankers
            command = [args.dateline, "eval", "geo", corpus, "--spans", spans, "--json", "--features", file, *told]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            files.append((file, weight * WEIGHT[corpus.stem]))
    return files


def features(args, folder):
    """The names of the features, in the order of the program."""
    file = folder / "features.jsonl"
    command = [args.dateline, "eval", "geo", folder / "examples.jsonl", "--spans", "gold", "--json", "--features", file]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    with open(file) as lines:
        head = json.loads(next(lines))
    return head["candidate"], head["none"]


def write_tweets(source, file):
    """The tweets of GeoCorpora, if they are there: about events of the whole world. Only to fit; no text of theirs is kept."""
    if not source.exists():
        return
    with open(source, encoding="utf-8") as read, open(file, "w", encoding="utf-8") as written:
        for line in map(json.loads, read):
            written.write(json.dumps({"domain": "geocorpora", **line}) + "\n")


def write_publishers(corpora, file):
    """Where the publisher of each domain is, as far as its articles show: the place that most of theirs are near."""
    places = {}
    for corpus in corpora:
        for article in ElementTree.parse(corpus).getroot().iter("article"):
            found = places.setdefault((article.findtext("domain") or "").strip(), [])
            tags = [tag for tag in article.iter("gaztag") if tag.findtext("lat")]
            found.append([(float(tag.findtext("lat")), float(tag.findtext("lon"))) for tag in tags])
    with open(file, "w", newline="") as table:
        rows = csv.writer(table)
        rows.writerow(["source", "lat", "lon", "country"])
        for domain, articles in sorted(places.items()):
            points = [point for article in articles for point in article]
            near = {point: sum(km(point, other) < 50 for other in points) for point in set(points)}
            best = max(sorted(near), key=near.get, default=None)
            # A paper of the whole world is at home nowhere.
            if best and len(articles) >= 4 and near[best] >= 0.25 * len(points):
                rows.writerow([domain, *best, ""])


def km(here, there):
    (a, b), (c, d) = [[math.radians(degrees) for degrees in point] for point in (here, there)]
    half = math.sin((c - a) / 2) ** 2 + math.cos(a) * math.cos(c) * math.sin((d - b) / 2) ** 2
    return 2 * 6371 * math.asin(math.sqrt(min(1.0, half)))


def as_json(candidate, none, local, collective):
    def named(names, weights):
        return {name: round(weight, 4) + 0.0 for name, weight in zip(names, weights.tolist(), strict=True)}

    def both(weights):
        return {"candidate": named(candidate, weights[0]), "none": named(none, weights[1])}

    written = {"local": both(local), "collective": both(collective)}
    written["collective"]["candidate"] |= {name: PRIOR[name] for name in HELD}
    return written


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="the folder of lgl.xml and tr-news.xml")
    parser.add_argument("--tables", type=Path, default=Path("build/tables"), help="those that the gazetteer was made from")
    parser.add_argument("--dateline", default="target/release/dateline")
    parser.add_argument("--out", type=Path, default=Path("models/ranker.json"))
    parser.add_argument("--folds", type=Path, default=Path("models/ranker-folds.json"))
    parser.add_argument("--rounds", type=int, default=1)
    args = parser.parse_args()
    corpora = [args.data / name for name in ["lgl.xml", "tr-news.xml"]]
    for corpus in corpora:
        if not corpus.exists():
            sys.exit(f"{corpus}: there is no such file; expected a folder with lgl.xml and tr-news.xml")
    torch.set_num_threads(2)
    folds = folds_of(corpora)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ranker_examples.write(folder / "examples.jsonl", args.tables)
        write_tweets(args.data / "geocorpora.jsonl", folder / "geocorpora.jsonl")
        write_publishers(corpora, folder / "publishers.csv")
        # The first measure knows nothing but the prior.
        candidate, none = features(args, folder)
        start = {name: PRIOR.get(name, 0.0) for name in candidate}
        start_of_none = {name: PRIOR_OF_NONE.get(name, 0.0) for name in none}
        start = {"candidate": start, "none": start_of_none}
        (folder / "prior.json").write_text(json.dumps({"local": start, "collective": start}))
        rankers = ["--ranker", folder / "prior.json"]
        for turn in range(args.rounds + 1):
            files = measure(args, corpora, rankers, folder)
            names = Names(files, candidate, none)
            if turn == 0:
                local = fit_folds(names, folds, candidate, none, lambda name: name not in OF_OTHERS)
                report("local", names, local, folds)
                # Nothing better is known yet of names among others.
                collective = {
                    fold: (with_prior(weights[0], candidate, OF_OTHERS), weights[1]) for fold, weights in local.items()
                }
            else:
                collective = fit_folds(names, folds, candidate, none, lambda name: True)
                report(f"collective, round {turn}", names, collective, folds)
            rankers = ["--folds", folder / "folds.json"]
            written = {
                "folds": [
                    # The examples are of no publisher that is scored.
                    {"domains": sorted(domains) + ["examples", "geocorpora"] * (fold == 0), "ranker": as_json(candidate, none, local[fold], collective[fold])}
                    for fold, domains in enumerate(folds)
                ]
            }
            (folder / "folds.json").write_text(json.dumps(written))
        for fold in written["folds"]:
            fold["domains"] = [domain for domain in fold["domains"] if domain not in ("examples", "geocorpora")]
        args.folds.write_text(json.dumps(written, indent=1) + "\n")
        final = as_json(candidate, none, local[None], collective[None])
        args.out.write_text(json.dumps(final, indent=1) + "\n")


def with_prior(weights, candidate, which):
    weights = weights.clone()
    for n, name in enumerate(candidate):
        if name in which:
            weights[n] = PRIOR.get(name, 0.0)
    return weights


def fit_folds(names, folds, candidate, none, is_free):
    """The weights of each fold, fitted to all the others, and under None those fitted to everything."""
    free = torch.tensor([is_free(name) for name in candidate])
    prior = torch.tensor([PRIOR.get(name, 0.0) if is_free(name) else 0.0 for name in candidate], dtype=torch.float32)
    none_prior = torch.tensor([PRIOR_OF_NONE.get(name, 0.0) for name in none], dtype=torch.float32)
    fitted = {}
    for fold, domains in [*enumerate(folds), (None, [])]:
        kept = torch.tensor([domain not in domains for domain in names.domain], dtype=torch.float32)
        fitted[fold] = fit(names, kept, prior, none_prior, free)
    return fitted


def report(what, names, weights, folds):
    of_fold = {domain: fold for fold, domains in enumerate(folds) for domain in domains}
    fold = torch.tensor([of_fold.get(domain, -1) for domain in names.domain])
    held_out = {n: weights[n] for n in range(len(folds))}
    print(what, accuracy(names, held_out, {n: fold == n for n in held_out}), flush=True)


if __name__ == "__main__":
    main()
