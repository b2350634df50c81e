//! The guide: how to use the command line and the library, a chapter a subject. `dateline help TOPIC` shows the same
//! chapters in a terminal.

/// A chapter of the guide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chapter {
    /// What `dateline help` calls it.
    pub name: &'static str,
    /// What it is about, in a line.
    pub title: &'static str,
    /// Its text, in Markdown. It begins with a heading.
    pub text: &'static str,
}

/// Makes a chapter, and a module that shows it in the documentation, of each file.
macro_rules! chapters {
    ($($name:ident $title:literal)*) => {
        /// Every chapter, in order.
        pub const CHAPTERS: &[Chapter] = &[$(Chapter {
            name: stringify!($name),
            title: $title,
            text: include_str!(concat!("guide/", stringify!($name), ".md")),
        },)*];

        $(
            #[doc = include_str!(concat!("guide/", stringify!($name), ".md"))]
            pub mod $name {}
        )*
    };
}

chapters! {
    corpora "Tagging a corpus: what is read, sharing the work, going on after a crash, failures"
    output "What comes out: formats, every key of the JSON form, columns of tables"
    places "Places: how they are found, and what each answer means"
    publishers "Where a paper is from"
    corrections "Corrections: saying what a name means"
    explain "Asking why a place was chosen"
    maps "Maps: layers, formats, filters, pages"
    gazetteers "Gazetteers: looking up, places of your own, building one"
    models "Models: which one, how sure, ONNX Runtime, working offline"
    server "The server: tagging, maps and places over HTTP, and a page to work with"
    distances "Distances between places"
    evaluation "Scoring on your own texts"
    python "Python: texts, tables of Arrow, spaCy, Dask and Daft"
    spark "Spark"
    ray "Ray"
    library "The library, in Rust"
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the README is the first of the chapter on the library, which is run with the documentation's.
    #[test]
    fn the_example_of_the_readme_runs() {
        let block = |text: &'static str, fence: &str| text.split(fence).nth(1)?.split("```").next();
        let readme = block(include_str!("../README.md"), "```rust\n");
        let library = CHAPTERS.iter().find(|chapter| chapter.name == "library").map(|chapter| chapter.text);
        assert!(readme.is_some_and(|readme| library.is_some_and(|library| library.contains(readme))), "{readme:?}");
    }

    #[test]
    fn chapters_begin_with_a_heading_and_run_no_shell_as_rust() {
        for Chapter { name, text, .. } in CHAPTERS {
            assert!(text.starts_with("# "), "{name}");
            let mut fenced = false;
            for line in text.lines() {
                match line.strip_prefix("```") {
                    Some(language) => {
                        assert!(
                            fenced || !language.is_empty(),
                            "{name}: a fence says no language, which is Rust to rustdoc"
                        );
                        fenced = !fenced;
                    }
                    None => assert!(fenced || !line.starts_with("    "), "{name}: rustdoc takes this for Rust: {line}"),
                }
            }
        }
    }
}
