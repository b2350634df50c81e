// An annotation made ready for the page: its names in one list, its places, its people, and who is named where.
const annotations = (function () {
  "use strict";

  const { fold } = base;

  // ------------------------------------------------------------------------------------------ offsets of a text

  /** For code points or UTF-8 bytes, the UTF-16 unit at which each begins. */
  function unitStarts(text, widthOf) {
    const starts = [];
    let unit = 0;
    for (const character of text) {
      for (let step = widthOf(character); step > 0; step--) starts.push(unit);
      unit += character.length;
    }
    starts.push(unit);
    return starts;
  }
  const bytesOf = (character) => {
    const point = character.codePointAt(0);
    return point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
  };

  /** How many code points stand before a UTF-16 unit of a text. */
  function codePointsBefore(text, unit) {
    let number = 0;
    for (let index = 0; index < unit; index++) {
      const low = text.charCodeAt(index);
      // The second half of a pair is no code point of its own.
      if (!(low >= 0xdc00 && low <= 0xdfff && index > 0 && isHigh(text.charCodeAt(index - 1)))) number++;
    }
    return number;
  }
  const isHigh = (unit) => unit >= 0xd800 && unit <= 0xdbff;

  /** Everything of an annotation that has a start and an end. */
  function* spansOf(annotation) {
    for (const entity of annotation.entities) {
      yield entity;
      yield* entity.contains || [];
    }
    yield* annotation.nested || [];
    yield* annotation.relations || [];
    yield* annotation.explanations || [];
  }

  /**
   * The annotation with offsets in UTF-16 units. A file doesn't say in which unit it counts; it is the one in which
   * the names stand where it says.
   */
  function inUtf16(annotation) {
    const { text, entities } = annotation;
    const fits = (starts) => entities.every(({ start, end, text: name }) =>
      name === undefined || text.slice(starts ? starts[start] : start, starts ? starts[end] : end) === name);
    if (fits(null)) return annotation;
    const starts = [unitStarts(text, () => 1), unitStarts(text, bytesOf)].find(fits);
    if (!starts) throw new Error("The names do not stand in the text where the file says.");
    const copy = structuredClone(annotation);
    for (const span of spansOf(copy)) {
      span.start = starts[span.start];
      span.end = starts[span.end];
    }
    return copy;
  }

  // ----------------------------------------------------------------------------------------------------- places

  /** Whether a place is an area, which a dot on the map would misplace. */
  const isArea = (place) => base.isArea(place.feature);
  /** Whether two places are the same one. */
  const keyOf = (place) => place.id || place.name + "@" + place.lat.toFixed(4) + "," + place.lon.toFixed(4);
  const isDoubtful = (mention) => Boolean(mention.place && mention.place.confidence < 0.7);

  let regionNames = null;
  try {
    regionNames = new Intl.DisplayNames(["en"], { type: "region" });
  } catch {
    // Without names of countries their codes have to do.
  }
  function countryName(code) {
    if (!code) return null;
    try {
      return (regionNames && regionNames.of(code)) || code;
    } catch {
      return code;
    }
  }

  /** What says where a place lies: division, country, kind. */
  function whereOf(place) {
    const country = base.isCountry(place.feature) ? null : countryName(place.country);
    const kind = place.method === "relative" ? "position worked out from words" : base.kindOfPlace(place.feature);
    return [place.admin1, country, kind].filter((part) => part && part !== place.name);
  }

  // --------------------------------------------------------------------------------------------------- sentences

  /** Where the sentences of a text begin; a paragraph begins one, too. */
  function sentenceStarts(text) {
    if (!window.Intl || !Intl.Segmenter) return paragraphStarts(text);
    return [...new Intl.Segmenter(undefined, { granularity: "sentence" }).segment(text)].map((part) => part.index);
  }
  function paragraphStarts(text) {
    const starts = [0];
    for (const gap of text.matchAll(/\n\s*\n/g)) starts.push(gap.index + gap[0].length);
    return starts;
  }
  /** The index of the stretch that holds a position. */
  function stretchAt(starts, position) {
    let low = 0, high = starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (starts[middle] <= position) low = middle;
      else high = middle;
    }
    return low;
  }

  // ---------------------------------------------------------------------------------------------------- reading

  /** Names in the order of the text, those inside other names behind these. */
  function mentionsOf(annotation, sentences) {
    const mentions = [];
    const explanations = new Map((annotation.explanations || []).map((one, index) =>
      [one.start + "-" + one.end, { ...one, sentence: (sentences && sentences[index]) || null }]));
    const add = (entity, parent, index) => {
      const mention = {
        index: mentions.length, entity: index, parent,
        start: entity.start, end: entity.end,
        text: annotation.text.slice(entity.start, entity.end),
        label: entity.label || "LOC",
        type: entity.type || null,
        name: entity.name || null,
        standsFor: entity.stands_for || null,
        place: entity.place || null,
        alternatives: entity.alternatives || [],
        explanation: explanations.get(entity.start + "-" + entity.end) || null,
        relations: [],
        inner: [],
      };
      mentions.push(mention);
      if (parent) parent.inner.push(mention);
      for (const inner of entity.contains || []) add(inner, mention, index);
    };
    annotation.entities.forEach((entity, index) => add(entity, null, index));
    return mentions;
  }

  /** People or organisations by their fullest name, the most often named first. */
  function groupNames(mentions, label) {
    const groups = new Map();
    for (const mention of mentions) {
      if (mention.label !== label || mention.parent) continue;
      const name = mention.name || mention.text;
      const key = fold(name);
      if (!groups.has(key)) groups.set(key, { name, mentions: [] });
      groups.get(key).mentions.push(mention);
    }
    return [...groups.values()].sort((a, b) => b.mentions.length - a.mentions.length || a.mentions[0].start - b.mentions[0].start);
  }

  /** The places of a document, called as its text calls them. */
  function groupPlaces(mentions) {
    const groups = new Map();
    for (const mention of mentions) {
      if (!mention.place) continue;
      const key = keyOf(mention.place);
      if (!groups.has(key)) groups.set(key, { key, place: mention.place, mentions: [], called: new Map() });
      const group = groups.get(key);
      group.mentions.push(mention);
      // A people's name names its country, but isn't what it is called.
      if (mention.label === "LOC" || mention.parent) group.called.set(mention.text, (group.called.get(mention.text) || 0) + 1);
    }
    return [...groups.values()].map((group) => {
      const names = [...group.called].sort((a, b) => b[1] - a[1] || loudness(a[0]) - loudness(b[0]));
      const name = names.length ? names[0][0] : group.place.name;
      return {
        ...group, name,
        // The gazetteer's name, where the text has another.
        official: fold(name) === fold(group.place.name) ? null : group.place.name,
        isArea: isArea(group.place),
        isRelative: group.mentions.every((mention) => mention.place.method === "relative"),
        confidence: Math.max(...group.mentions.map((mention) => mention.place.confidence)),
      };
    });
  }
  const loudness = (name) => (name === name.toUpperCase() ? 1 : 0); // "Malatya" before "MALATYA".

  /** An annotation for the page. `sentences` say each explanation in words. */
  function read(annotation, sentences) {
    const mentions = mentionsOf(annotation, sentences);
    const places = groupPlaces(mentions);
    const placeOfKey = new Map(places.map((place) => [place.key, place]));
    const ofEntity = new Map(mentions.filter((one) => !one.parent).map((one) => [one.entity, one]));
    const relations = (annotation.relations || []).map((relation, index) => ({
      ...relation, index,
      target: relation.target === null || relation.target === undefined ? null : ofEntity.get(relation.target) || null,
      anchors: (relation.anchors || []).map((anchor) => ofEntity.get(anchor)).filter(Boolean),
    }));
    for (const relation of relations) {
      if (relation.target) relation.target.relations.push(relation);
      for (const anchor of relation.anchors) anchor.relations.push(relation);
    }
    const sentencesAt = sentenceStarts(annotation.text), paragraphsAt = paragraphStarts(annotation.text);
    for (const mention of mentions) {
      mention.sentence = stretchAt(sentencesAt, mention.start);
      mention.paragraph = stretchAt(paragraphsAt, mention.start);
    }
    /** The places named in the same sentences as some names, then those only in the same paragraphs. */
    function namedWith(some) {
      const near = (part) => {
        const stretches = new Set(some.map((mention) => mention[part]));
        return places.filter((place) => place.mentions.some((mention) => stretches.has(mention[part])));
      };
      const sentence = near("sentence");
      return { sentence, paragraph: near("paragraph").filter((place) => !sentence.includes(place)) };
    }
    return {
      annotation, mentions, places, relations, namedWith,
      text: annotation.text,
      people: groupNames(mentions, "PER"),
      organisations: groupNames(mentions, "ORG"),
      placeOf: (mention) => (mention.place ? placeOfKey.get(keyOf(mention.place)) : null),
    };
  }

  return { read, inUtf16, codePointsBefore, isArea, keyOf, isDoubtful, countryName, whereOf };
})();
