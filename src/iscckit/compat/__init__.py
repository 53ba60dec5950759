"""The names of iscc_core 1.5.0 and iscc_lib 0.7.0 over the functions of iscckit.

    from iscckit import compat as ic

Programs for either package run with this import instead. Names, arguments and results are those
of the two packages; speed and errors are those of iscckit. This package has no algorithms.

docs/compat.md lists the differences between the two packages, the deviations from them, and the
names that are left out on purpose: ``alg_minhash``, ``alg_minhash_compress``,
``encode_varnibble`` and ``decode_varnibble``, the cidv1 helpers, Flake-Codes, ``turbo``, and
options that change codes.
"""

from typing import Final

from iscckit.compat.algorithms import (
    alg_cdc_chunks,
    alg_dct,
    alg_minhash_64,
    alg_minhash_256,
    alg_simhash,
    alg_wtahash,
    hash_instance_v0,
    json_canonical,
    json_to_data_url,
    multi_hash_blake3,
    sliding_window,
    soft_hash_audio_v0,
    soft_hash_codes_v0,
    soft_hash_data_v0,
    soft_hash_image_v0,
    soft_hash_meta_v0,
    soft_hash_text_v0,
    soft_hash_video_v0,
    text_clean,
    text_collapse,
    text_remove_newlines,
    text_trim,
)
from iscckit.compat.code_class import Code
from iscckit.compat.code_functions import (
    iscc_clean,
    iscc_compare,
    iscc_decode,
    iscc_decompose,
    iscc_distance,
    iscc_distance_bytes,
    iscc_explain,
    iscc_normalize,
    iscc_nph_compare,
    iscc_nph_distance_bytes,
    iscc_nph_similarity_bytes,
    iscc_similarity,
    iscc_type_id,
    iscc_validate,
    iscc_validate_mf,
    normalize_multiformat,
)
from iscckit.compat.conformance import conformance_selftest, conformance_testdata
from iscckit.compat.enumerations import (
    LN,
    MT,
    MULTIBASE,
    ST,
    ST_CC,
    ST_ID,
    ST_ID_REALM,
    ST_ISCC,
    VS,
    IsccResult,
    core_opts,
)
from iscckit.compat.hashers import DataHasher, InstanceHasher, SumHasher
from iscckit.compat.headers import (
    decode_base32,
    decode_base32hex,
    decode_base64,
    decode_header,
    decode_length,
    decode_seq,
    decode_units,
    encode_base32,
    encode_base32hex,
    encode_base64,
    encode_component,
    encode_header,
    encode_length,
    encode_seq,
    encode_units,
    read_unit,
)
from iscckit.compat.ids import (
    alg_simhash_from_iscc_id,
    gen_iscc_id,
    gen_iscc_id_v0,
    gen_iscc_id_v1,
    iscc_id_incr,
    iscc_id_incr_v0,
)
from iscckit.compat.units import (
    gen_audio_code,
    gen_audio_code_v0,
    gen_data_code,
    gen_data_code_v0,
    gen_image_code,
    gen_image_code_v0,
    gen_instance_code,
    gen_instance_code_v0,
    gen_iscc_code,
    gen_iscc_code_v0,
    gen_meta_code,
    gen_meta_code_v0,
    gen_mixed_code,
    gen_mixed_code_v0,
    gen_sum_code_v0,
    gen_text_code,
    gen_text_code_v0,
    gen_video_code,
    gen_video_code_v0,
)

# iscc_core has names of hashers with versions, iscc_lib has names of results with functions.
DataHasherV0 = DataHasher
InstanceHasherV0 = InstanceHasher
MetaCodeResult = IsccResult
TextCodeResult = IsccResult
ImageCodeResult = IsccResult
AudioCodeResult = IsccResult
VideoCodeResult = IsccResult
MixedCodeResult = IsccResult
DataCodeResult = IsccResult
InstanceCodeResult = IsccResult
IsccCodeResult = IsccResult
SumCodeResult = IsccResult
IsccIdResult = IsccResult

# Constants of iscc_lib.
META_TRIM_NAME: Final = core_opts.meta_trim_name
META_TRIM_DESCRIPTION: Final = core_opts.meta_trim_description
META_TRIM_META: Final = core_opts.meta_trim_meta
TEXT_NGRAM_SIZE: Final = core_opts.text_ngram_size
IO_READ_SIZE: Final = core_opts.io_read_size

__all__ = [
    "IO_READ_SIZE",
    "LN",
    "META_TRIM_DESCRIPTION",
    "META_TRIM_META",
    "META_TRIM_NAME",
    "MT",
    "MULTIBASE",
    "ST",
    "ST_CC",
    "ST_ID",
    "ST_ID_REALM",
    "ST_ISCC",
    "TEXT_NGRAM_SIZE",
    "VS",
    "AudioCodeResult",
    "Code",
    "DataCodeResult",
    "DataHasher",
    "DataHasherV0",
    "ImageCodeResult",
    "InstanceCodeResult",
    "InstanceHasher",
    "InstanceHasherV0",
    "IsccCodeResult",
    "IsccIdResult",
    "IsccResult",
    "MetaCodeResult",
    "MixedCodeResult",
    "SumCodeResult",
    "SumHasher",
    "TextCodeResult",
    "VideoCodeResult",
    "alg_cdc_chunks",
    "alg_dct",
    "alg_minhash_64",
    "alg_minhash_256",
    "alg_simhash",
    "alg_simhash_from_iscc_id",
    "alg_wtahash",
    "conformance_selftest",
    "conformance_testdata",
    "core_opts",
    "decode_base32",
    "decode_base32hex",
    "decode_base64",
    "decode_header",
    "decode_length",
    "decode_seq",
    "decode_units",
    "encode_base32",
    "encode_base32hex",
    "encode_base64",
    "encode_component",
    "encode_header",
    "encode_length",
    "encode_seq",
    "encode_units",
    "gen_audio_code",
    "gen_audio_code_v0",
    "gen_data_code",
    "gen_data_code_v0",
    "gen_image_code",
    "gen_image_code_v0",
    "gen_instance_code",
    "gen_instance_code_v0",
    "gen_iscc_code",
    "gen_iscc_code_v0",
    "gen_iscc_id",
    "gen_iscc_id_v0",
    "gen_iscc_id_v1",
    "gen_meta_code",
    "gen_meta_code_v0",
    "gen_mixed_code",
    "gen_mixed_code_v0",
    "gen_sum_code_v0",
    "gen_text_code",
    "gen_text_code_v0",
    "gen_video_code",
    "gen_video_code_v0",
    "hash_instance_v0",
    "iscc_clean",
    "iscc_compare",
    "iscc_decode",
    "iscc_decompose",
    "iscc_distance",
    "iscc_distance_bytes",
    "iscc_explain",
    "iscc_id_incr",
    "iscc_id_incr_v0",
    "iscc_normalize",
    "iscc_nph_compare",
    "iscc_nph_distance_bytes",
    "iscc_nph_similarity_bytes",
    "iscc_similarity",
    "iscc_type_id",
    "iscc_validate",
    "iscc_validate_mf",
    "json_canonical",
    "json_to_data_url",
    "multi_hash_blake3",
    "normalize_multiformat",
    "read_unit",
    "sliding_window",
    "soft_hash_audio_v0",
    "soft_hash_codes_v0",
    "soft_hash_data_v0",
    "soft_hash_image_v0",
    "soft_hash_meta_v0",
    "soft_hash_text_v0",
    "soft_hash_video_v0",
    "text_clean",
    "text_collapse",
    "text_remove_newlines",
    "text_trim",
]
