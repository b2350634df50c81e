//! The npm packages that the map page is made with, pinned by version and SHA-256, and the files that are kept of each.
//!
//! To move to another version, fetch it with `npm pack NAME@VERSION` and enter the size and hash of the tarball and of
//! those files inside; keep the file with its licence, which the page has to quote.

use super::assets::MapAssets;
use crate::external::pinned::Pinned;

/// A package and what is kept of it.
#[cfg_attr(not(feature = "fetch"), allow(dead_code, reason = "what only fetching asks for"))]
pub(super) struct Pin {
    /// Its name, as `npm` knows it.
    pub name: &'static str,
    /// Its version.
    pub version: &'static str,
    /// What `npm pack` leaves.
    pub tarball: Pinned,
    /// Its licence.
    pub licence: Member,
    /// The files that the page is made with, each with the text that it becomes.
    pub files: &'static [(Member, Text)],
}

/// A file in a package.
pub(super) struct Member {
    /// Its path in the package.
    pub path: &'static str,
    /// What it holds.
    pub content: Pinned,
}

/// One of the texts of the map page.
pub(super) type Text = fn(&mut MapAssets) -> &mut String;

/// Every package.
pub(super) const PINS: &[Pin] = &[
    Pin {
        name: "leaflet",
        version: "1.9.4",
        tarball: Pinned { bytes: 869_361, sha256: "84c65a256e50657896f54c33bd857b6849ebe94c817803be818bf32a3dde0b77" },
        licence: Member {
            path: "LICENSE",
            content: Pinned {
                bytes: 1_395,
                sha256: "53e8dc25862014e4324741ca18fbe3611e11d42ef69f59f86ea8c5389647d4cb",
            },
        },
        files: &[
            (
                Member {
                    path: "dist/leaflet.js",
                    content: Pinned {
                        bytes: 147_552,
                        sha256: "db49d009c841f5ca34a888c96511ae936fd9f5533e90d8b2c4d57596f4e5641a",
                    },
                },
                |assets| &mut assets.leaflet_js,
            ),
            (
                Member {
                    path: "dist/leaflet.css",
                    content: Pinned {
                        bytes: 14_806,
                        sha256: "a7837102824184820dfa198d1ebcd109ff6d0ff9a2672a074b9a1b4d147d04c6",
                    },
                },
                |assets| &mut assets.leaflet_css,
            ),
        ],
    },
    Pin {
        name: "leaflet.markercluster",
        version: "1.5.3",
        tarball: Pinned {
            bytes: 1_237_832,
            sha256: "fc6b0b1d00b6c708ae54e43ee4a11ac345e41660e19f0a570190bb35babb1a1c",
        },
        licence: Member {
            path: "MIT-LICENCE.txt",
            content: Pinned {
                bytes: 1_052,
                sha256: "3133dacd38250bd1f524d8166cc60a016a382522e062fce143691c65bf5e4b3d",
            },
        },
        files: &[
            (
                Member {
                    path: "dist/leaflet.markercluster.js",
                    content: Pinned {
                        bytes: 34_136,
                        sha256: "1e4e1d22972a3926f48598e0caf14e3fe7049835d428a344fed4f9e3665b3508",
                    },
                },
                |assets| &mut assets.markercluster_js,
            ),
            (
                Member {
                    path: "dist/MarkerCluster.css",
                    content: Pinned {
                        bytes: 872,
                        sha256: "614dea0a98ff3f4ead74f04918f6b1d1b9ba435c25b5fc23b21a394d1e3e4d87",
                    },
                },
                |assets| &mut assets.markercluster_css,
            ),
        ],
    },
    Pin {
        name: "topojson-client",
        version: "3.1.0",
        tarball: Pinned { bytes: 15_911, sha256: "889fadb422f6236d0f8337a236ce6499f258b75e44b81733b13bd971067322bf" },
        licence: Member {
            path: "LICENSE",
            content: Pinned { bytes: 734, sha256: "4c4d15b635e04e691825a76db7d33f7f2033b55669a7430011694f31e6c65999" },
        },
        files: &[(
            Member {
                path: "dist/topojson-client.min.js",
                content: Pinned {
                    bytes: 7_169,
                    sha256: "25cd02ae486cc5063e0215a4e4cfb15de83700c87ac48bac4d57dc6aaf3ebb89",
                },
            },
            |assets| &mut assets.topojson_js,
        )],
    },
    Pin {
        name: "world-atlas",
        version: "2.0.2",
        tarball: Pinned {
            bytes: 2_277_546,
            sha256: "032e7765f2ce00edaeafec23ff22bc3b77e42987c257da944cc585b452c05b97",
        },
        licence: Member {
            path: "LICENSE",
            content: Pinned { bytes: 734, sha256: "8048290dfdb6e83fbed17e8985c8cfc4ce9da9b842642f3d3e497280790cfa31" },
        },
        files: &[(
            Member {
                path: "countries-50m.json",
                content: Pinned {
                    bytes: 756_420,
                    sha256: "04342cdc1e3016bcd7db1630de95684d67b79fe3c8c460321e87aef469502394",
                },
            },
            |assets| &mut assets.countries,
        )],
    },
];

impl Pin {
    /// The package and version, as `npm` writes them.
    pub fn requirement(&self) -> String {
        format!("{}@{}", self.name, self.version)
    }

    /// The name that `npm pack` gives the tarball.
    #[cfg(feature = "fetch")]
    pub fn tarball_name(&self) -> String {
        format!("{}-{}.tgz", self.name, self.version)
    }

    /// Every file that is kept.
    #[cfg(any(test, feature = "fetch"))]
    pub fn members(&self) -> impl Iterator<Item = &Member> {
        [&self.licence].into_iter().chain(self.files.iter().map(|(member, _)| member))
    }
}

/// The packages for people: "leaflet 1.9.4, world-atlas 2.0.2".
pub(super) fn listed(pins: &[Pin]) -> String {
    joined(pins, ", ", |pin| format!("{} {}", pin.name, pin.version))
}

/// The packages as `npm` writes them: "leaflet@1.9.4 world-atlas@2.0.2".
pub(super) fn requirements(pins: &[Pin]) -> String {
    joined(pins, " ", Pin::requirement)
}

/// The folder in the cache that is for just these versions.
pub(super) fn folder_name(pins: &[Pin]) -> String {
    joined(pins, "+", |pin| format!("{}-{}", pin.name, pin.version))
}

fn joined(pins: &[Pin], by: &str, written: fn(&Pin) -> String) -> String {
    pins.iter().map(written).collect::<Vec<_>>().join(by)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pins_are_well_formed() {
        for pin in PINS {
            assert!(pin.tarball.is_well_formed());
            // A package named @owner/name would have a tarball of another name.
            assert!(!pin.name.contains(['@', '/', '\\']) && !pin.name.starts_with('.'));
            for member in pin.members() {
                assert!(member.content.is_well_formed());
                let plain = |name: &str| !name.is_empty() && !name.starts_with('.') && !name.contains(['\\', ':']);
                assert!(member.path.split('/').all(plain), "{}", member.path);
            }
        }
    }

    #[test]
    fn each_text_comes_from_a_file_of_its_own() {
        let mut assets = MapAssets::default();
        for (member, text) in PINS.iter().flat_map(|pin| pin.files) {
            let text = text(&mut assets);
            assert!(text.is_empty(), "{}", member.path);
            member.path.clone_into(text);
        }
        let MapAssets { leaflet_js, leaflet_css, markercluster_js, markercluster_css, topojson_js, countries, .. } =
            assets;
        assert_eq!([&leaflet_js, &leaflet_css], ["dist/leaflet.js", "dist/leaflet.css"]);
        assert_eq!(
            [&markercluster_js, &markercluster_css],
            ["dist/leaflet.markercluster.js", "dist/MarkerCluster.css"]
        );
        assert_eq!([&topojson_js, &countries], ["dist/topojson-client.min.js", "countries-50m.json"]);
    }
}
