//! The feature codes of GeoNames with their classes, as published in the `featureCodes` tables of the dumps.
//!
//! A code belongs to one class. Codes of former years that still stand in older dumps are kept.

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::gazetteer::FeatureClass;

const CODES: [(FeatureClass, &str); 9] = [
    (
        FeatureClass::Administrative,
        "ADM1 ADM1H ADM2 ADM2H ADM3 ADM3H ADM4 ADM4H ADM5 ADM5H ADMD ADMDH LTER PCL PCLD PCLF PCLH PCLI PCLIX PCLS \
         PRSH TERR ZN ZNB",
    ),
    (
        FeatureClass::Water,
        "AIRS ANCH BAY BAYS BGHT BNK BNKR BNKX BOG CAPG CHN CHNL CHNM CHNN CNFL CNL CNLA CNLB CNLD CNLI CNLN CNLQ \
         CNLSB CNLX COVE CRKT CRNT CUTF DCK DCKB DOMG DPRG DTCH DTCHD DTCHI DTCHM ESTY FISH FJD FJDS FLLS FLLSX FLTM \
         FLTT GLCR GULF GYSR HBR HBRX INLT INLTQ LBED LGN LGNS LGNX LK LKC LKI LKN LKNI LKO LKOI LKS LKSB LKSC LKSI \
         LKSN LKSNI LKX MFGN MGV MOOR MRSH MRSHN NRWS OCN OVF PND PNDI PNDN PNDNI PNDS PNDSF PNDSI PNDSN POOL POOLI \
         RCH RDGG RDST RF RFC RFX RPDS RSV RSVI RSVT RVN SBKH SD SEA SHOL SILL SPNG SPNS SPNT STM STMA STMB STMC \
         STMD STMH STMI STMIX STMM STMQ STMS STMSB STMX STRT SWMP SYSI TNLC WAD WADB WADJ WADM WADS WADX WHRL WLL \
         WLLQ WLLS WTLD WTLDI WTRC WTRH",
    ),
    (
        FeatureClass::Area,
        "AGRC AMUS AREA BSND BSNP BTL CLG CMN CNS COLF CONT CST CTRB DEVH FLD FLDI GASF GRAZ GVL INDS LAND LCTY MILB \
         MNA MVA NVB OAS OILF PEAT PORT PRK PRT QCKS RES RESA RESF RESH RESN RESP RESV RESW RGN RGNE RGNH RGNL RNGA \
         SALT SNOW TRB ZZZZZ",
    ),
    (
        FeatureClass::Populated,
        "PPL PPLA PPLA2 PPLA3 PPLA4 PPLA5 PPLC PPLCD PPLCH PPLF PPLG PPLH PPLL PPLQ PPLR PPLS PPLW PPLX STLMT",
    ),
    (
        FeatureClass::Road,
        "CSWY CSWYQ OILP PRMN PTGE RD RDA RDB RDCUT RDIN RDJCT RJCT RR RRQ RTE RYD ST STKR TNL TNLN TNLRD TNLRR TNLS \
         TRL",
    ),
    (
        FeatureClass::Spot,
        "ADMF AGRF AIRB AIRF AIRH AIRP AIRQ AIRT AMTH ANS AQC ARCH ARCHV ART ASTR ASYL ATHF ATM BANK BCN BDG BDGQ \
         BLDA BLDG BLDO BP BRKS BRKW BSTN BTYD BUR BUSTN BUSTP CARN CAVE CH CMP CMPL CMPLA CMPMN CMPO CMPQ CMPRF CMTY \
         COMC CRRL CSNO CSTL CSTM CTHSE CTRA CTRCM CTRF CTRM CTRR CTRS CVNT DAM DAMQ DAMSB DARY DCKD DCKY DIKE DIP \
         DPOF EST ESTO ESTR ESTSG ESTT ESTX FCL FNDY FRM FRMQ FRMS FRMT FT FY FYT GATE GDN GHAT GHSE GOSP GOVL GRVE \
         HERM HLT HMSD HSE HSEC HSP HSPC HSPD HSPL HSTS HTL HUT HUTS INSM ITTR JTY LDNG LEPC LIBR LNDF LOCK LTHSE \
         MALL MAR MFG MFGB MFGC MFGCU MFGLM MFGM MFGPH MFGQ MFGSG MKT ML MLM MLO MLSG MLSGQ MLSW MLWND MLWTR MN MNAU \
         MNC MNCR MNCU MNDT MNFE MNMT MNN MNNI MNPB MNPL MNQ MNQR MNSN MOLE MSQE MSSN MSSNQ MSTY MTRO MUS NOV NSY \
         OBPT OBS OBSR OILJ OILQ OILR OILT OILW OPRA PAL PGDA PIER PKLT PMPO PMPW PO PP PPQ PRKGT PRKHQ PRN PRNJ PRNQ \
         PS PSH PSN PSTB PSTC PSTP PYR PYRS QUAY RDCR RECG RECR REST RET RHSE RKRY RLG RLGR RNCH RSD RSGNL RSRT RSTN \
         RSTNQ RSTP RSTPQ RUIN SCH SCHA SCHC SCHD SCHL SCHM SCHN SCHT SECP SHPF SHRN SHSE SLCE SNTR SPA SPLY SQR STBL \
         STDM STMGS STNB STNC STNE STNF STNI STNM STNR STNS STNW STPS SWT SYG THTR TMB TMPL TNKD TOLL TOWR TRAM TRANT \
         TRIG TRMO TWO UNIP UNIV USGE VETF WALL WALLA WEIR WHRF WRCK WTRW ZNF ZOO",
    ),
    (
        FeatureClass::Terrain,
        "ASPH ATOL BAR BCH BCHS BDLD BLDR BLHL BLOW BNCH BUTE CAPE CFT CLDA CLF CNYN CONE CRDR CRQ CRQS CRTR CUET \
         DLTA DPR DSRT DUNE DVD ERG FAN FORD FSR GAP GRGE HDLD HLL HLLS HMCK HMDA INTF ISL ISLET ISLF ISLM ISLS ISLT \
         ISLX ISTH KRST LAVA LEV MESA MND MRN MT MTS NKM NTK NTKS PAN PANS PASS PEN PENX PK PKS PLAT PLATX PLDR PLN \
         PLNX PROM PT PTS RDGB RDGE REG RK RKFL RKS SAND SBED SCRP SDL SHOR SINK SLID SLP SPIT SPUR TAL TRGD TRR UPLD \
         VAL VALG VALS VALX VLC",
    ),
    (
        FeatureClass::Undersea,
        "APNU ARCU ARRU BDLU BKSU BNCU BNKU BSNU CDAU CNSU CNYU CRSU DEPU EDGU ESCU FANU FLTU FRKU FRSU FRZU FURU \
         GAPU GLYU HLLU HLSU HOLU KNLU KNSU LDGU LEVU MDVU MESU MNDU MOTU MTSU MTU PKSU PKU PLFU PLNU PLTU PNLU PRVU \
         RAVU RDGU RDSU RFSU RFU RISU RMPU RNGU SCNU SCSU SDLU SHFU SHLU SHSU SHVU SILU SLPU SMSU SMU SPRU TERU TMSU \
         TMTU TNGU TRGU TRNU VALU VLSU",
    ),
    (
        FeatureClass::Vegetation,
        "BUSH CULT FRST FRSTF GROVE GRSLD GRVC GRVO GRVP GRVPN HTH MDW OCH SCRB TREE TUND VIN VINS",
    ),
];

/// The class of a feature code; `None` if there is no such code.
pub fn class_of(code: &str) -> Option<FeatureClass> {
    static CLASSES: OnceLock<HashMap<&str, FeatureClass>> = OnceLock::new();
    CLASSES.get_or_init(|| all().map(|(class, code)| (code, class)).collect()).get(code).copied()
}

/// Every code with its class.
pub fn all() -> impl Iterator<Item = (FeatureClass, &'static str)> {
    CODES.into_iter().flat_map(|(class, codes)| codes.split_ascii_whitespace().map(move |code| (class, code)))
}

/// Whether class and code, either of which may be unknown, fit each other.
///
/// # Errors
///
/// What is wrong with them.
#[cfg(any(feature = "build", test))]
pub(crate) fn check(class: FeatureClass, code: &str) -> Result<(), String> {
    if code.is_empty() {
        return Ok(());
    }
    let known = class_of(code).ok_or_else(|| format!("feature code {code:?}: expected one of GeoNames', as PPL"))?;
    let letter = |class: FeatureClass| class.letter().unwrap_or('?');
    let fits = class == FeatureClass::Unknown || class == known;
    fits.then_some(())
        .ok_or_else(|| format!("feature class {} with code {code}: expected class {}", letter(class), letter(known)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn a_code_has_one_class() {
        let codes: Vec<&str> = all().map(|(_, code)| code).collect();
        assert_eq!(codes.iter().collect::<HashSet<_>>().len(), codes.len());
        assert!(codes.len() > 650, "{}", codes.len());
        for (code, class) in [
            ("PPLA", FeatureClass::Populated),
            ("ADM4H", FeatureClass::Administrative),
            ("STMI", FeatureClass::Water),
            ("RGN", FeatureClass::Area),
            ("TNLRR", FeatureClass::Road),
            ("AIRP", FeatureClass::Spot),
            ("DLTA", FeatureClass::Terrain),
            ("TRNU", FeatureClass::Undersea),
            ("FRST", FeatureClass::Vegetation),
        ] {
            assert_eq!(class_of(code), Some(class), "{code}");
        }
        for unknown in ["", "ppl", "PPLA6", "XYZ", "PPL "] {
            assert_eq!(class_of(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn class_and_code_must_fit() {
        assert_eq!(check(FeatureClass::Populated, "PPL"), Ok(()));
        assert_eq!(check(FeatureClass::Populated, ""), Ok(()));
        assert_eq!(check(FeatureClass::Unknown, "PPL"), Ok(()));
        assert!(check(FeatureClass::Populated, "XYZ").unwrap_err().contains("feature code \"XYZ\""));
        assert!(check(FeatureClass::Water, "PPL").unwrap_err().contains("class H with code PPL: expected class P"));
    }
}
