// What can be asked, as /openapi.json says it.
(async function () {
  "use strict";

  const target = document.getElementById("paths");

  function element(tag, content, ...children) {
    const made = document.createElement(tag);
    if (content) made.textContent = content;
    made.append(...children);
    return made;
  }

  function field(parameter) {
    const type = parameter.schema && (parameter.schema.type || parameter.schema.enum || "");
    const row = element("tr", "", element("td", "", element("code", parameter.name)),
      element("td", Array.isArray(type) ? type.join(", ") : String(type)),
      element("td", parameter.required ? "needed" : ""), element("td", parameter.description || ""));
    return row;
  }

  function operation(path, method, about) {
    const box = element("details", "");
    box.append(element("summary", "", element("code", method.toUpperCase() + " " + path), " " + about.summary));
    if (about.parameters && about.parameters.length) {
      const table = element("table", "");
      for (const parameter of about.parameters) table.append(field(parameter));
      box.append(table);
    }
    if (about.requestBody) box.append(element("p", "Body: " + Object.keys(about.requestBody.content).join(", ")));
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
    const description = await answer.json();
    target.replaceChildren();
    for (const [path, methods] of Object.entries(description.paths)) {
      for (const [method, about] of Object.entries(methods)) target.append(operation(path, method, about));
    }
  } catch (error) {
    target.textContent = "It cannot be read: " + error.message;
  }
})();
