//! The packages that are fetched: one wheel a platform, and another where there is one for graphics cards, pinned by version and
//! SHA-256.
//!
//! To move to another version, fetch each wheel with
//! `pip download --no-deps --only-binary=:all: --platform TAG --python-version 3.11 --implementation cp --abi cp311
//! onnxruntime==VERSION` (or `onnxruntime-gpu==VERSION`) and enter its size, its hash, and those of the libraries inside. Which
//! CUDA and cuDNN a wheel is for stands in its `METADATA`, under the extras `cuda` and `cudnn`.

use super::build::RuntimeBuild;
use super::version::Version;
use crate::external::error::FetchError;
use crate::external::pinned::Pinned;

/// What must be on the machine for the library for graphics cards.
#[cfg(feature = "fetch")]
const NEEDED_FOR_CUDA: &str = "CUDA 13 and cuDNN 9";

/// The version that is pinned on every platform.
pub(super) const VERSION: Version = Version { major: 1, minor: 31, patch: 1 };

/// A file in a wheel that is kept.
#[derive(Clone, Copy, Debug)]
pub(super) struct Member {
    /// Its path in the wheel.
    #[cfg_attr(not(feature = "fetch"), allow(dead_code, reason = "what only fetching asks for"))]
    pub path: &'static str,
    /// What it holds.
    pub file: Pinned,
}

impl Member {
    /// The file name under which it is kept.
    pub fn name(&self) -> &'static str {
        self.path.rsplit('/').next().unwrap_or(self.path)
    }
}

/// A wheel and the libraries in it that are kept.
#[derive(Clone, Debug)]
#[cfg_attr(not(feature = "fetch"), allow(dead_code, reason = "what only fetching asks for"))]
pub(super) struct Pin {
    /// For which processor it is: [`RuntimeBuild::Cpu`] or [`RuntimeBuild::Cuda`].
    pub build: RuntimeBuild,
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
    /// The library.
    pub library: Member,
    /// Libraries that it loads, which must lie beside it.
    pub beside: &'static [Member],
}

/// Every wheel that is pinned: one a platform and build.
pub(super) const PINS: &[Pin] = &[
    Pin {
        build: RuntimeBuild::Cpu,
        os: "linux",
        arch: "x86_64",
        platform_tag: "manylinux_2_28_x86_64",
        python_version: "3.11",
        abi_tag: "cp311",
        wheel: Pinned { bytes: 23_753_652, sha256: "5752bd508126ae7c49894d3b9d2e83f0c3d487319246d04c444b393308d7ad7f" },
        library: Member {
            path: "onnxruntime/capi/libonnxruntime.so.1.31.1",
            file: Pinned {
                bytes: 29_352_200,
                sha256: "fc44112fbe06d7d689c57e11d3862031f64711007e4ee020f8eed5185fd2c1d3",
            },
        },
        beside: &[],
    },
    Pin {
        build: RuntimeBuild::Cpu,
        os: "linux",
        arch: "aarch64",
        platform_tag: "manylinux_2_28_aarch64",
        python_version: "3.11",
        abi_tag: "cp311",
        wheel: Pinned { bytes: 21_413_526, sha256: "da05378364c44d4407e463982d2bf8d5e4cfea873283757e48beeb41df97b7f3" },
        library: Member {
            path: "onnxruntime/capi/libonnxruntime.so.1.31.1",
            file: Pinned {
                bytes: 25_265_040,
                sha256: "8aa3b76b28c778a2b1dd660d34161adb1d508c9ccd04ff9dc80e26eca5df8467",
            },
        },
        beside: &[],
    },
    Pin {
        build: RuntimeBuild::Cpu,
        os: "macos",
        arch: "aarch64",
        platform_tag: "macosx_14_0_arm64",
        python_version: "3.11",
        abi_tag: "cp311",
        wheel: Pinned { bytes: 20_871_676, sha256: "60b6b69bfe580eab576cacc5d132a0e9cf2a37fcfd18d46dd191042b1d1ed0d7" },
        library: Member {
            path: "onnxruntime/capi/libonnxruntime.1.31.1.dylib",
            file: Pinned {
                bytes: 33_037_336,
                sha256: "f8b06155feece624e55e49124340eea279da812529ae6fbc46a9f2be9c9cad2e",
            },
        },
        beside: &[],
    },
    Pin {
        build: RuntimeBuild::Cpu,
        os: "windows",
        arch: "x86_64",
        platform_tag: "win_amd64",
        python_version: "3.11",
        abi_tag: "cp311",
        wheel: Pinned { bytes: 14_885_761, sha256: "c3d91b5de31e2fc82d71bd65b2b22bddee8b49057a3a36338e9a868e0ea90c05" },
        library: Member {
            path: "onnxruntime/capi/onnxruntime.dll",
            file: Pinned {
                bytes: 19_288_888,
                sha256: "8482d2ee174e28504f99730fb01d6861575870283de4ed3a897ad39170d9a9b9",
            },
        },
        beside: &[],
    },
    Pin {
        build: RuntimeBuild::Cpu,
        os: "windows",
        arch: "aarch64",
        platform_tag: "win_arm64",
        python_version: "3.11",
        abi_tag: "cp311",
        wheel: Pinned { bytes: 14_735_267, sha256: "93800007a7023b3ab26ad72e6463d0d57d84ead49a2f6341954d91438e046bc0" },
        library: Member {
            path: "onnxruntime/capi/onnxruntime.dll",
            file: Pinned {
                bytes: 19_171_640,
                sha256: "f4f7729bf4aa0c78b6ab5253747f3593bb9a28b4c4275a0a9f59f04ea580d61f",
            },
        },
        beside: &[],
    },
    Pin {
        build: RuntimeBuild::Cuda,
        os: "linux",
        arch: "x86_64",
        platform_tag: "manylinux_2_28_x86_64",
        python_version: "3.11",
        abi_tag: "cp311",
        wheel: Pinned {
            bytes: 255_560_985,
            sha256: "e26c475fe361b2015f45b4b824bd13f0bb20204e59b62814e6f0acd5f3d491a6",
        },
        library: Member {
            path: "onnxruntime/capi/libonnxruntime.so.1.31.1",
            file: Pinned {
                bytes: 29_421_832,
                sha256: "5104254339ecadae808da771bd0b63b240f0dbd466514234905e54372435c303",
            },
        },
        beside: &[
            Member {
                path: "onnxruntime/capi/libonnxruntime_providers_cuda.so",
                file: Pinned {
                    bytes: 284_014_752,
                    sha256: "d5290158115fa5569a3fe8f1f4037ee9b0e86658a96e52f852bbb7039aa88137",
                },
            },
            Member {
                path: "onnxruntime/capi/libonnxruntime_providers_shared.so",
                file: Pinned {
                    bytes: 14_632,
                    sha256: "086ec1d5388f64153d9c63470d126693db9a182c8ce236d3a1119068471b8a0d",
                },
            },
        ],
    },
];

/// Whether this program is built against a C library that the Linux wheels cannot be loaded beside, such as musl.
const FOREIGN_LIBC: bool = cfg!(all(target_os = "linux", not(target_env = "gnu")));

impl Pin {
    /// The pin for the machine that this program is built for.
    pub fn here(build: RuntimeBuild) -> Option<&'static Self> {
        let here =
            |pin: &&Self| pin.build == build && pin.os == std::env::consts::OS && pin.arch == std::env::consts::ARCH;
        PINS.iter().find(here).filter(|_| !FOREIGN_LIBC)
    }

    /// The platform, for messages and folders: `linux-x86_64`.
    pub fn platform(&self) -> String {
        format!("{}-{}", self.os, self.arch)
    }

    /// The package's name, as `pip` knows it, and that of its folder in the cache.
    pub fn package(&self) -> &'static str {
        if self.build == RuntimeBuild::Cpu { "onnxruntime" } else { "onnxruntime-gpu" }
    }

    /// All that is kept of the wheel, the library last: where it is, so are the others.
    #[cfg(any(feature = "fetch", test))]
    pub fn members(&self) -> impl Iterator<Item = &Member> {
        self.beside.iter().chain([&self.library])
    }

    /// What it is, for messages, with what it needs.
    #[cfg(feature = "fetch")]
    pub fn title(&self) -> String {
        let needs = match self.build {
            RuntimeBuild::Cpu => String::new(),
            _ => format!(" for graphics cards of NVIDIA, which needs {NEEDED_FOR_CUDA} on this machine"),
        };
        format!("ONNX Runtime {VERSION}{needs}")
    }

    /// The package and version, as `pip` writes them.
    #[cfg(feature = "fetch")]
    pub fn requirement(&self) -> String {
        format!("{}=={VERSION}", self.package())
    }
}

/// That no package is pinned for the platform that this program is built for.
pub(super) fn unsupported_platform(build: RuntimeBuild) -> FetchError {
    let libc = if FOREIGN_LIBC { " without glibc" } else { "" };
    let cuda = if build == RuntimeBuild::Cuda { " with CUDA" } else { "" };
    let platform = format!("{}-{}{libc}{cuda}", std::env::consts::OS, std::env::consts::ARCH);
    let supported: Vec<String> = PINS.iter().filter(|pin| pin.build == build).map(Pin::platform).collect();
    FetchError::Platform { platform, supported: supported.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pins_are_well_formed_and_one_a_platform_and_build() {
        let mut platforms: Vec<String> =
            PINS.iter().map(|pin| format!("{} {}", pin.package(), pin.platform())).collect();
        platforms.sort();
        platforms.dedup();
        assert_eq!(platforms.len(), PINS.len());
        for pin in PINS {
            assert!(pin.wheel.is_well_formed() && pin.members().all(|member| member.file.is_well_formed()));
            assert!(pin.members().all(|member| member.name().contains("onnxruntime")));
            assert_eq!(pin.build == RuntimeBuild::Cuda, !pin.beside.is_empty());
        }
    }
}
