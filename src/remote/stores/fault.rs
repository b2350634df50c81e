//! What a store says of a failure, in a line.

use crate::message::one_line;
use crate::remote::{Scheme, StoreError};

/// Characters of what a store says, at most: some answer with a page.
const TOLD: usize = 300;

/// The failure that an error of a kind of store is.
pub(super) fn failed(scheme: Scheme) -> impl Fn(object_store::Error) -> StoreError {
    use object_store::Error;
    move |error| {
        let why = reason(&error);
        match error {
            Error::NotFound { .. } => StoreError::Missing,
            Error::PermissionDenied { .. } | Error::Unauthenticated { .. } => StoreError::Refused { scheme, why },
            Error::Precondition { .. } => StoreError::Changed,
            // Without keys in the environment, the machine itself is asked for them.
            Error::Generic { .. } if asks_for_credentials(&error.to_string()) => StoreError::Refused { scheme, why },
            _ => StoreError::Failed { scheme, why },
        }
    }
}

fn asks_for_credentials(said: &str) -> bool {
    ["169.254.169.254", "metadata.google.internal", "credential"].iter().any(|sign| said.contains(sign))
}

/// What a store says in XML, without it: "NoSuchBucket: The specified bucket does not exist".
fn in_words(told: &str) -> String {
    let of = |name: &str| {
        let (_, behind) = told.split_once(&format!("<{name}>"))?;
        behind.split_once(&format!("</{name}>")).map(|(inside, _)| inside)
    };
    match (of("Code"), of("Message")) {
        (Some(code), Some(message)) => format!("{code}: {message}"),
        // Servers of the web answer with a page.
        _ => told.split_once('<').map_or(told, |(words, _)| words).trim_end_matches([' ', ':']).to_owned(),
    }
}

/// The innermost error: those around it repeat the address and count the tries.
fn reason(error: &object_store::Error) -> String {
    let mut innermost: &dyn std::error::Error = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    let told = one_line(&in_words(&innermost.to_string()));
    match told.char_indices().nth(TOLD) {
        Some((at, _)) => format!("{}…", &told[..at]),
        None => told,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stores_say_is_a_line() {
        let said =
            "404: <?xml version=\"1.0\"?>\n<Error><Code>NoSuchBucket</Code><Message>There is\nnone</Message></Error>";
        assert_eq!(one_line(&in_words(said)), "NoSuchBucket: There is none");
        assert_eq!(in_words("501 Not Implemented: <!DOCTYPE HTML> <html>"), "501 Not Implemented");
        let error = |said: &str| object_store::Error::Generic { store: "S3", source: said.to_owned().into() };
        assert_eq!(reason(&error(&"é".repeat(400))).chars().count(), TOLD + 1);
        assert_eq!(
            failed(Scheme::S3)(error("\u{1b}[31mbusy\n")).to_string().find("(busy)"),
            Some("the store fails ".len())
        );
        assert!(matches!(failed(Scheme::S3)(error("http://169.254.169.254/")), StoreError::Refused { .. }));
    }
}
