//! The charsets that Python knows, by name (the modules of `encodings`, and its table of aliases).

use encoding_rs::*;

use super::Codec::{self, *};
use super::single_byte::Quirk;
use super::unicode::Endian;

const LITTLE: Option<Endian> = Some(Endian::Little);
const BIG: Option<Endian> = Some(Endian::Big);

/// A codec's own name, the codec, and its other names.
type Row = (&'static str, Codec, &'static [&'static str]);

#[rustfmt::skip]
pub(super) const KNOWN: &[Row] = &[
    ("utf_8", Utf8, &["cp65001", "u8", "utf", "utf8", "utf8_ucs2", "utf8_ucs4"]),
    ("utf_8_sig", Utf8Sig, &[]),
    ("utf_16", Utf16(None), &["u16", "utf16"]),
    ("utf_16_le", Utf16(LITTLE), &["unicodelittleunmarked", "utf_16le"]),
    ("utf_16_be", Utf16(BIG), &["unicodebigunmarked", "utf_16be"]),
    ("utf_32", Utf32(None), &["u32", "utf32"]),
    ("utf_32_le", Utf32(LITTLE), &["utf_32le"]),
    ("utf_32_be", Utf32(BIG), &["utf_32be"]),
    ("ascii", Ascii, &[
        "646", "ansi_x3.4_1968", "ansi_x3.4_1986", "ansi_x3_4_1968", "cp367", "csascii", "ibm367",
        "iso646_us", "iso_646.irv_1991", "iso_ir_6", "us", "us_ascii",
    ]),
    ("latin_1", Latin1, &[
        "8859", "cp819", "csisolatin1", "ibm819", "iso8859", "iso8859_1", "iso_8859_1",
        "iso_8859_1_1987", "iso_ir_100", "l1", "latin", "latin1",
    ]),
    ("iso8859_1", Latin1, &[]),
    ("cp866", SingleByte(IBM866, Quirk::None), &["866", "csibm866", "ibm866"]),
    ("iso8859_2", SingleByte(ISO_8859_2, Quirk::None), &[
        "csisolatin2", "iso_8859_2", "iso_8859_2_1987", "iso_ir_101", "l2", "latin2",
    ]),
    ("iso8859_3", SingleByte(ISO_8859_3, Quirk::None), &[
        "csisolatin3", "iso_8859_3", "iso_8859_3_1988", "iso_ir_109", "l3", "latin3",
    ]),
    ("iso8859_4", SingleByte(ISO_8859_4, Quirk::None), &[
        "csisolatin4", "iso_8859_4", "iso_8859_4_1988", "iso_ir_110", "l4", "latin4",
    ]),
    ("iso8859_5", SingleByte(ISO_8859_5, Quirk::None), &[
        "csisolatincyrillic", "cyrillic", "iso_8859_5", "iso_8859_5_1988", "iso_ir_144",
    ]),
    ("iso8859_6", SingleByte(ISO_8859_6, Quirk::None), &[
        "arabic", "asmo_708", "csisolatinarabic", "ecma_114", "iso_8859_6", "iso_8859_6_1987",
        "iso_ir_127",
    ]),
    ("iso8859_7", SingleByte(ISO_8859_7, Quirk::None), &[
        "csisolatingreek", "ecma_118", "elot_928", "greek", "greek8", "iso_8859_7",
        "iso_8859_7_1987", "iso_ir_126",
    ]),
    ("iso8859_8", SingleByte(ISO_8859_8, Quirk::None), &[
        "csisolatinhebrew", "hebrew", "iso_8859_8", "iso_8859_8_1988", "iso_ir_138",
    ]),
    ("iso8859_9", SingleByte(WINDOWS_1254, Quirk::Iso), &[
        "csisolatin5", "iso_8859_9", "iso_8859_9_1989", "iso_ir_148", "l5", "latin5",
    ]),
    ("iso8859_10", SingleByte(ISO_8859_10, Quirk::None), &[
        "csisolatin6", "iso_8859_10", "iso_8859_10_1992", "iso_ir_157", "l6", "latin6",
    ]),
    ("iso8859_11", SingleByte(WINDOWS_874, Quirk::Iso), &[
        "iso_8859_11", "iso_8859_11_2001", "thai",
    ]),
    ("iso8859_13", SingleByte(ISO_8859_13, Quirk::None), &["iso_8859_13", "l7", "latin7"]),
    ("iso8859_14", SingleByte(ISO_8859_14, Quirk::None), &[
        "iso_8859_14", "iso_8859_14_1998", "iso_celtic", "iso_ir_199", "l8", "latin8",
    ]),
    ("iso8859_15", SingleByte(ISO_8859_15, Quirk::None), &["iso_8859_15", "l9", "latin9"]),
    ("iso8859_16", SingleByte(ISO_8859_16, Quirk::None), &[
        "iso_8859_16", "iso_8859_16_2001", "iso_ir_226", "l10", "latin10",
    ]),
    ("koi8_r", SingleByte(KOI8_R, Quirk::None), &["cskoi8r"]),
    ("koi8_u", SingleByte(KOI8_U, Quirk::Ukrainian), &[]),
    ("mac_roman", SingleByte(MACINTOSH, Quirk::None), &["macintosh", "macroman"]),
    ("mac_cyrillic", SingleByte(X_MAC_CYRILLIC, Quirk::None), &["maccyrillic"]),
    ("cp874", SingleByte(WINDOWS_874, Quirk::Windows), &[]),
    ("cp1250", SingleByte(WINDOWS_1250, Quirk::Windows), &["1250", "windows_1250"]),
    ("cp1251", SingleByte(WINDOWS_1251, Quirk::Windows), &["1251", "windows_1251"]),
    ("cp1252", SingleByte(WINDOWS_1252, Quirk::Windows), &["1252", "windows_1252"]),
    ("cp1253", SingleByte(WINDOWS_1253, Quirk::Windows), &["1253", "windows_1253"]),
    ("cp1254", SingleByte(WINDOWS_1254, Quirk::Windows), &["1254", "windows_1254"]),
    ("cp1255", SingleByte(WINDOWS_1255, Quirk::Windows), &["1255", "windows_1255"]),
    ("cp1256", SingleByte(WINDOWS_1256, Quirk::Windows), &["1256", "windows_1256"]),
    ("cp1257", SingleByte(WINDOWS_1257, Quirk::Windows), &["1257", "windows_1257"]),
    ("cp1258", SingleByte(WINDOWS_1258, Quirk::Windows), &["1258", "windows_1258"]),
    ("big5", MultiByte(BIG5, "big5"), &["big5_tw", "csbig5", "x_mac_trad_chinese"]),
    ("big5hkscs", MultiByte(BIG5, "big5hkscs"), &["big5_hkscs", "hkscs"]),
    ("cp950", MultiByte(BIG5, "cp950"), &["950", "ms950"]),
    ("shift_jis", MultiByte(SHIFT_JIS, "shift_jis"), &[
        "csshiftjis", "s_jis", "shiftjis", "sjis", "x_mac_japanese",
    ]),
    ("cp932", MultiByte(SHIFT_JIS, "cp932"), &["932", "ms932", "ms_kanji", "mskanji"]),
    ("euc_jp", MultiByte(EUC_JP, "euc_jp"), &["eucjp", "u_jis", "ujis"]),
    ("iso2022_jp", MultiByte(ISO_2022_JP, "iso2022_jp"), &[
        "csiso2022jp", "iso2022jp", "iso_2022_jp",
    ]),
    ("euc_kr", MultiByte(EUC_KR, "euc_kr"), &[
        "euckr", "korean", "ks_c_5601", "ks_c_5601_1987", "ks_x_1001", "ksc5601", "ksx1001",
        "x_mac_korean",
    ]),
    ("cp949", MultiByte(EUC_KR, "cp949"), &["949", "ms949", "uhc"]),
    ("gb2312", MultiByte(GBK, "gb2312"), &[
        "chinese", "csiso58gb231280", "euc_cn", "euccn", "eucgb2312_cn", "gb2312_1980",
        "gb2312_80", "iso_ir_58", "x_mac_simp_chinese",
    ]),
    ("gbk", MultiByte(GBK, "gbk"), &["936", "cp936", "ms936"]),
    ("gb18030", MultiByte(GB18030, "gb18030"), &["gb18030_2000"]),
];

/// What Python can decode and this library cannot, and what Python decodes to bytes: `hex`, `rot13`.
#[rustfmt::skip]
pub(super) const UNSUPPORTED: &[(&str, &[&str])] = &[
    ("base64_codec", &["base64", "base_64"]), ("bz2_codec", &["bz2"]), ("charmap", &[]),
    ("cp037", &["037", "csibm037", "ebcdic_cp_ca", "ebcdic_cp_nl", "ebcdic_cp_us", "ebcdic_cp_wt", "ibm037", "ibm039"]),
    ("cp1006", &[]), ("cp1026", &["1026", "csibm1026", "ibm1026"]),
    ("cp1125", &["1125", "cp866u", "ibm1125", "ruscii"]), ("cp1140", &["1140", "ibm1140"]),
    ("cp273", &["273", "csibm273", "ibm273"]),
    ("cp424", &["424", "csibm424", "ebcdic_cp_he", "ibm424"]),
    ("cp437", &["437", "cspc8codepage437", "ibm437"]),
    ("cp500", &["500", "csibm500", "ebcdic_cp_be", "ebcdic_cp_ch", "ibm500"]), ("cp720", &[]),
    ("cp737", &[]), ("cp775", &["775", "cspc775baltic", "ibm775"]),
    ("cp850", &["850", "cspc850multilingual", "ibm850"]), ("cp852", &["852", "cspcp852", "ibm852"]),
    ("cp855", &["855", "csibm855", "ibm855"]), ("cp856", &[]),
    ("cp857", &["857", "csibm857", "ibm857"]), ("cp858", &["858", "csibm858", "ibm858"]),
    ("cp860", &["860", "csibm860", "ibm860"]), ("cp861", &["861", "cp_is", "csibm861", "ibm861"]),
    ("cp862", &["862", "cspc862latinhebrew", "ibm862"]), ("cp863", &["863", "csibm863", "ibm863"]),
    ("cp864", &["864", "csibm864", "ibm864"]), ("cp865", &["865", "csibm865", "ibm865"]),
    ("cp869", &["869", "cp_gr", "csibm869", "ibm869"]), ("cp875", &[]),
    ("euc_jis_2004", &["euc_jis2004", "eucjis2004", "jisx0213"]),
    ("euc_jisx0213", &["eucjisx0213"]), ("hex_codec", &["hex"]),
    ("hp_roman8", &["cp1051", "csHPRoman8", "ibm1051", "r8", "roman8"]),
    ("hz", &["hz_gb", "hz_gb_2312", "hzgb"]), ("idna", &[]),
    ("iso2022_jp_1", &["iso2022jp_1", "iso_2022_jp_1"]),
    ("iso2022_jp_2", &["iso2022jp_2", "iso_2022_jp_2"]),
    ("iso2022_jp_2004", &["iso2022jp_2004", "iso_2022_jp_2004"]),
    ("iso2022_jp_3", &["iso2022jp_3", "iso_2022_jp_3"]),
    ("iso2022_jp_ext", &["iso2022jp_ext", "iso_2022_jp_ext"]),
    ("iso2022_kr", &["csiso2022kr", "iso2022kr", "iso_2022_kr"]), ("johab", &["cp1361", "ms1361"]),
    ("koi8_t", &[]), ("kz1048", &["kz_1048", "rk1048", "strk1048_2002"]), ("mac_arabic", &[]),
    ("mac_croatian", &[]), ("mac_farsi", &[]), ("mac_greek", &["macgreek"]),
    ("mac_iceland", &["maciceland"]),
    ("mac_latin2", &["mac_centeuro", "maccentraleurope", "maclatin2"]), ("mac_romanian", &[]),
    ("mac_turkish", &["macturkish"]), ("palmos", &[]),
    ("ptcp154", &["cp154", "csptcp154", "cyrillic_asian", "pt154"]), ("punycode", &[]),
    ("quopri_codec", &["quopri", "quoted_printable", "quotedprintable"]),
    ("raw_unicode_escape", &[]), ("rot_13", &["rot13"]),
    ("shift_jis_2004", &["s_jis_2004", "shiftjis2004", "sjis_2004"]),
    ("shift_jisx0213", &["s_jisx0213", "shiftjisx0213", "sjisx0213"]),
    ("tis_620", &["iso_ir_166", "tis620", "tis_620_0", "tis_620_2529_0", "tis_620_2529_1"]),
    ("undefined", &[]), ("unicode_escape", &[]), ("utf_7", &["u7", "unicode_1_1_utf_7", "utf7"]),
    ("uu_codec", &["uu"]), ("zlib_codec", &["zip", "zlib"]),
];
