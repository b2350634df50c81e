//! The guide, a chapter for each topic. `dateline help TOPIC` prints it.

/// A chapter of the guide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chapter {
    /// The topic, by which it is asked for.
    pub name: &'static str,
    /// What it is about, in a few words.
    pub title: &'static str,
    /// The chapter itself, in Markdown.
    pub text: &'static str,
}

/// Every chapter, in the order of reading.
pub const CHAPTERS: &[Chapter] = &[Chapter { name: "output", title: "Output", text: "# Output\n" }];
