// What can be asked, as /openapi.json says it.
(async function () {
  "use strict";

  const target = document.getElementById("paths");
  let description = null;

  function element(tag, content, ...children) {
    const made = document.createElement(tag);
    if (content) made.textContent = content;
    made.append(...children);
    return made;
  }

  /** A schema, wherever it stands; of one that may be null, what else it may be. */
  function resolved(schema) {
    if (!schema) return {};
    if (schema.$ref) return resolved(schema.$ref.slice(2).split("/").reduce((at, part) => at[part], description));
    const kinds = schema.anyOf && schema.anyOf.filter((one) => one.type !== "null");
    return kinds && kinds.length === 1 ? resolved(kinds[0]) : schema;
  }

  /** What a value may be, in words. */
  function kindOf(given) {
    const schema = resolved(given);
    const choices = schema.enum || (schema.oneOf || []).map((one) => one.const).filter((one) => one !== undefined);
    if (choices.length) return choices.join(", ");
    if (schema.anyOf) return schema.anyOf.map(kindOf).join(" or ");
    const types = [schema.type].flat().filter((type) => type && type !== "null");
    const bounds = schema.minimum === undefined ? "" : ", " + schema.minimum + (schema.maximum === undefined ? " or more" : " to " + schema.maximum);
    return types.map((type) => (type === "array" ? "array of " + (kindOf(schema.items) || "anything") : type)).join(" or ") + bounds;
  }

  function row(name, schema, isNeeded, said) {
    return element("tr", "", element("td", "", element("code", name)), element("td", kindOf(schema)), element("td", isNeeded ? "needed" : ""), element("td", said || ""));
  }

  /** The fields of the objects that a body may be, each object once. */
  function fields(given, seen = new Set()) {
    const schema = resolved(given);
    if (schema.anyOf) return schema.anyOf.flatMap((one) => fields(one, seen));
    if (schema.type === "array") return fields(schema.items, seen);
    if (!schema.properties || seen.has(schema)) return [];
    seen.add(schema);
    const table = element("table", "");
    for (const [name, field] of Object.entries(schema.properties)) table.append(row(name, field, (schema.required || []).includes(name), field.description || resolved(field).description));
    return [element("p", schema.description || ""), table];
  }

  function command(path, method, about) {
    const query = (about.parameters || []).filter((one) => one.example !== undefined).map((one) => one.name + "=" + encodeURIComponent(one.example)).join("&");
    const body = about.requestBody && about.requestBody.content["application/json"].example;
    const data = body ? " -H 'Content-Type: application/json' -d '" + JSON.stringify(body) + "'" : "";
    return "curl -s '" + location.origin + path + (query ? "?" + query : "") + "'" + data;
  }

  function operation(path, method, about) {
    const box = element("details", "");
    box.append(element("summary", "", element("code", method.toUpperCase() + " " + path), " " + about.summary));
    box.append(element("pre", command(path, method, about)));
    if (about.parameters && about.parameters.length) {
      const table = element("table", "");
      for (const parameter of about.parameters) table.append(row(parameter.name, parameter.schema, parameter.required, parameter.description));
      box.append(element("p", "Behind the question mark:"), table);
    }
    if (about.requestBody) {
      box.append(element("p", "Body: " + Object.keys(about.requestBody.content).join(", ")));
      // The first is a document that was not tagged; others are as the answers of /v1/tag.
      box.append(...fields(about.requestBody.content["application/json"].schema).slice(0, 2));
    }
    const list = element("ul", "");
    for (const [status, answer] of Object.entries(about.responses)) {
      list.append(element("li", "", element("code", status), " " + answer.description));
    }
    box.append(list);
    return box;
  }

  try {
    const answer = await fetch("/openapi.json");
    if (!answer.ok) throw new Error("the server answers with " + answer.status);
    description = await answer.json();
    target.replaceChildren();
    for (const [path, methods] of Object.entries(description.paths)) {
      for (const [method, about] of Object.entries(methods)) target.append(operation(path, method, about));
    }
  } catch (error) {
    target.textContent = "It cannot be read: " + error.message;
  }
})();
