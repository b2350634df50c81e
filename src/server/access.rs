//! Tokens, and how often each client may ask.

use std::net::IpAddr;
use std::num::NonZeroU32;

use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

/// A token as it is compared: by its hash, so that neither its length nor how far a guess is right shows in the time.
#[derive(Clone)]
pub struct Token([u8; 32]);

impl Token {
    /// Of what stands in a file.
    pub fn new(secret: &str) -> Self {
        Self(Sha256::digest(secret.as_bytes()).into())
    }

    /// Whether it is this.
    pub fn is(&self, given: &str) -> bool {
        self.0.ct_eq(&Self::new(given).0).into()
    }
}

/// Requests of each client in a second.
pub struct Rate(DefaultKeyedRateLimiter<IpAddr>);

impl Rate {
    /// So many, and as many at once.
    pub fn new(a_second: NonZeroU32) -> Self {
        Self(RateLimiter::keyed(Quota::per_second(a_second)))
    }

    /// Seconds to wait, if it is too many.
    pub fn wait(&self, client: IpAddr) -> Option<u64> {
        // Clients that have been quiet are forgotten, so that their number does not grow.
        if self.0.len() > CLIENTS {
            self.0.retain_recent();
        }
        let refused = self.0.check_key(&client).err()?;
        Some(refused.wait_time_from(DefaultClock::default().now()).as_secs().max(1))
    }
}

/// Clients that are known, until the quiet ones are forgotten.
const CLIENTS: usize = 10_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_compared_as_a_whole() {
        let token = Token::new("0123456789abcdef");
        assert!(token.is("0123456789abcdef") && !token.is("0123456789abcde") && !token.is(""));
    }
}
