//! What can be done about errors of the library, in the words of this command line: its errors tell what is wrong and what was
//! expected, and know no flags.

pub mod corpus;
pub mod external;

use std::error::Error;

/// An error in its own words, with what can be done about it.
pub fn told(error: &(dyn Error + 'static)) -> String {
    let told = corpus::told(error);
    match external::hint(error) {
        Some(hint) => format!("{told}; {hint}"),
        None => told,
    }
}
