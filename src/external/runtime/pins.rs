//! The packages that are fetched: one wheel a platform, pinned by version and SHA-256.
//!
//! To move to another version, fetch each wheel with
//! `pip download --no-deps --only-binary=:all: --platform TAG --python-version 3.11 --implementation cp --abi cp311
//! onnxruntime==VERSION` and enter its size, its hash, and those of the library inside.

use super::version::Version;
use crate::external::error::FetchError;
use crate::external::pinned::Pinned;

/// The package's name, as `pip` knows it.
pub(super) const PACKAGE: &str = "onnxruntime";

/// The version that is pinned on every platform.
pub(super) const VERSION: Version = Version { major: 1, minor: 31, patch: 1 };

/// A wheel and the one library in it that is kept.
#[derive(Clone, Debug)]
#[cfg_attr(not(feature = "fetch"), allow(dead_code, reason = "what only fetching asks for"))]
pub(super) struct Pin {
    /// As `std::env::consts::OS` has it.
    pub os: &'static str,
    /// As `std::env::consts::ARCH` has it.
    pub arch: &'static str,
    /// The wheel's platform tag. It and the Python version are given to `pip`, so that whatever Python the machine
    /// has, the wheel with this hash is fetched.
    pub platform_tag: &'static str,
    /// The version of Python that the wheel is for.
    pub python_version: &'static str,
    /// The wheel's ABI tag.
    pub abi_tag: &'static str,
    /// The wheel.
    pub wheel: Pinned,
    /// The library's path in the wheel.
    pub member: &'static str,
    /// The library.
    pub library: Pinned,
}

/// Every platform that a wheel is pinned for.
pub(super) const PINS: &[Pin] = &[
    Pin {
        os: "linux",
        arch: "x86_64",
        platform_tag: "manylinux_2_28_x86_64",
        python_version: "3.11",
        abi_tag: "cp311",
        wheel: Pinned { bytes: 23_753_652, sha256: "5752bd508126ae7c49894d3b9d2e83f0c3d487319246d04c444b393308d7ad7f" },
        member: "onnxruntime/capi/libonnxruntime.so.1.31.1",
        library: Pinned {
            bytes: 29_352_200,
            sha256: "fc44112fbe06d7d689c57e11d3862031f64711007e4ee020f8eed5185fd2c1d3",
        },
    },
    Pin {
        os: "linux",
        arch: "aarch64",
        platform_tag: "manylinux_2_28_aarch64",
        python_version: "3.11",
        abi_tag: "cp311",
        wheel: Pinned { bytes: 21_413_526, sha256: "da05378364c44d4407e463982d2bf8d5e4cfea873283757e48beeb41df97b7f3" },
        member: "onnxruntime/capi/libonnxruntime.so.1.31.1",
        library: Pinned {
            bytes: 25_265_040,
            sha256: "8aa3b76b28c778a2b1dd660d34161adb1d508c9ccd04ff9dc80e26eca5df8467",
        },
    },
    Pin {
        os: "macos",
        arch: "aarch64",
        platform_tag: "macosx_14_0_arm64",
        python_version: "3.11",
        abi_tag: "cp311",
        wheel: Pinned { bytes: 20_871_676, sha256: "60b6b69bfe580eab576cacc5d132a0e9cf2a37fcfd18d46dd191042b1d1ed0d7" },
        member: "onnxruntime/capi/libonnxruntime.1.31.1.dylib",
        library: Pinned {
            bytes: 33_037_336,
            sha256: "f8b06155feece624e55e49124340eea279da812529ae6fbc46a9f2be9c9cad2e",
        },
    },
    Pin {
        os: "windows",
        arch: "x86_64",
        platform_tag: "win_amd64",
        python_version: "3.11",
        abi_tag: "cp311",
        wheel: Pinned { bytes: 14_885_761, sha256: "c3d91b5de31e2fc82d71bd65b2b22bddee8b49057a3a36338e9a868e0ea90c05" },
        member: "onnxruntime/capi/onnxruntime.dll",
        library: Pinned {
            bytes: 19_288_888,
            sha256: "8482d2ee174e28504f99730fb01d6861575870283de4ed3a897ad39170d9a9b9",
        },
    },
    Pin {
        os: "windows",
        arch: "aarch64",
        platform_tag: "win_arm64",
        python_version: "3.11",
        abi_tag: "cp311",
        wheel: Pinned { bytes: 14_735_267, sha256: "93800007a7023b3ab26ad72e6463d0d57d84ead49a2f6341954d91438e046bc0" },
        member: "onnxruntime/capi/onnxruntime.dll",
        library: Pinned {
            bytes: 19_171_640,
            sha256: "f4f7729bf4aa0c78b6ab5253747f3593bb9a28b4c4275a0a9f59f04ea580d61f",
        },
    },
];

/// Whether this program is built against a C library that the Linux wheels cannot be loaded beside, such as musl.
const FOREIGN_LIBC: bool = cfg!(all(target_os = "linux", not(target_env = "gnu")));

impl Pin {
    /// The pin for the machine that this program is built for.
    pub fn here() -> Option<&'static Self> {
        let here = |pin: &&Self| pin.os == std::env::consts::OS && pin.arch == std::env::consts::ARCH;
        PINS.iter().find(here).filter(|_| !FOREIGN_LIBC)
    }

    /// The platform, for messages and folders: `linux-x86_64`.
    pub fn platform(&self) -> String {
        format!("{}-{}", self.os, self.arch)
    }

    /// The file name under which the library is kept.
    pub fn library_name(&self) -> &'static str {
        self.member.rsplit('/').next().unwrap_or(self.member)
    }

    /// The package and version, as `pip` writes them.
    #[cfg(feature = "fetch")]
    pub fn requirement(&self) -> String {
        format!("{PACKAGE}=={VERSION}")
    }
}

/// That no package is pinned for the platform that this program is built for.
pub(super) fn unsupported_platform() -> FetchError {
    let libc = if FOREIGN_LIBC { " without glibc" } else { "" };
    let platform = format!("{}-{}{libc}", std::env::consts::OS, std::env::consts::ARCH);
    let supported: Vec<String> = PINS.iter().map(Pin::platform).collect();
    FetchError::Platform { platform, supported: supported.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pins_are_well_formed_and_one_a_platform() {
        let mut platforms: Vec<String> = PINS.iter().map(Pin::platform).collect();
        platforms.sort();
        platforms.dedup();
        assert_eq!(platforms.len(), PINS.len());
        for pin in PINS {
            assert!(pin.wheel.is_well_formed() && pin.library.is_well_formed());
            assert!(pin.library_name().contains("onnxruntime") && !pin.library_name().contains('/'));
        }
    }
}
