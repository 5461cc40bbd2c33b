"""Writes components.jsonl.gz: what Hugging Face's tokenizers library does with each component by itself.

One line a tokenizer: its name, its tokenizer.json, texts with their ids and decoded texts, and arbitrary ids with
their decoded text. Needs only `pip install tokenizers` (written with 0.23.2). The seed is fixed, but the trainer
numbers tokens with a prefix or suffix in no fixed order, so that those two tokenizers come out anew each time.
"""
import gzip
import json
import pathlib
import random

from tokenizers import Tokenizer, models, pre_tokenizers, trainers

RNG = random.Random(7)
CORPUS = [
    "the quick brown fox jumps over the lazy dog 1234 times, it's what they'll do; we've seen 42 of them",
    "Let x = 3.14 and y² + 12xy = \\frac{1}{2}. Then  f(x)\n\n= x³ − 7½ … naïve café déjà-vu übermäßig Ελληνικός",
    "日本語 のテキスト кириллица 🙂👍🏽 \t tab\r\nline aaa aaaa aaaaaaa <s> low lower lowest new newer newest",
]
PARTS = ["the", " ", "  ", "\n", "\r\n", "\t", "low", "er", "est", "new", "a", "aa", "HI", "hi", "Hi", "xx", "<m>", "<n>",
         "1", "23", "456", "²", "½", "Ⅷ", "٣", "é", "e\u0301", "ﬁ", "Å", "Σ", "ΑΣ", "İ", "ß", "日", "本語", "🙂", "👍🏽", "я",
         "'s", "'ll", "'LL", "'ſ", ".", ",", "!?", "_", "-", "▁", "\u00a0", "\u2003", "\u3000", "\u0085", "\u200d", "\u0301",
         "(", ")", "{", "\\", "/", "$", "=", "Ġ", "##", "</w>", "<0x41>", "\ufffd", "\u001c", "ǅ", "ʰ", "Ab", "ABc", "的"]
REGEX = {
    "llama3": r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
    "qwen2": r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
    "o200k": r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+",
    "deepseek": r"[!\"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
    "lines": r"^a|a$|.{3}",
    "empty": r"x*(?=[A-Z])|e*",
}
BYTE_LEVEL = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": False}


def added(content, **options):
    token = {"id": -1, "content": content, "single_word": False, "lstrip": False, "rstrip": False,
             "normalized": False, "special": True}
    return token | options


def tokenizer(model=None, alphabet=(), size=330, tokens=(), **fields):
    """A small tokenizer trained with these fields; added tokens get the ids that the library would give."""
    pre = fields.get("pre_tokenizer")
    base = Tokenizer(models.BPE())
    if pre:
        base.pre_tokenizer = Tokenizer.from_str(json.dumps(json.loads(base.to_str()) | {"pre_tokenizer": pre})).pre_tokenizer
    options = {k: model[k] for k in ("continuing_subword_prefix", "end_of_word_suffix") if model and k in model}
    base.train_from_iterator(CORPUS, trainers.BpeTrainer(
        vocab_size=size, show_progress=False, initial_alphabet=list(alphabet), special_tokens=["<unk>"], **options))
    spec = json.loads(base.to_str())
    spec["model"].update(model or {})
    spec["added_tokens"] = []
    spec.update(fields)
    for token in tokens:
        vocab, known = spec["model"]["vocab"], spec["added_tokens"]
        free = max([len(vocab)] + [t["id"] + 1 for t in known])
        known.append(token | {"id": vocab.get(token["content"], free)})
    return spec


def split(pattern, behavior, invert=False):
    return {"type": "Split", "pattern": pattern, "behavior": behavior, "invert": invert}


def replace(pattern, content):
    return {"type": "Replace", "pattern": pattern, "content": content}


def metaspace(scheme, cuts=True):
    return {"type": "Metaspace", "replacement": "▁", "prepend_scheme": scheme, "split": cuts}


def components():
    unk = {"unk_token": "<unk>"}
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    for behavior in ["Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous"]:
        for invert in [False, True]:
            yield f"split {behavior} {invert}", tokenizer(unk, pre_tokenizer=split({"Regex": r"[\s.,]"}, behavior, invert))
        yield f"split string {behavior}", tokenizer(unk, pre_tokenizer=split({"String": "."}, behavior))
        yield f"split empty {behavior}", tokenizer(unk, pre_tokenizer=split({"Regex": REGEX["empty"]}, behavior))
    for name, regex in REGEX.items():
        pre = {"type": "Sequence", "pretokenizers": [split({"Regex": regex}, "Isolated"), BYTE_LEVEL]}
        yield f"regex {name}", tokenizer({}, alphabet, pre_tokenizer=pre, decoder=BYTE_LEVEL)
    for individual in [False, True]:
        yield f"digits {individual}", tokenizer(unk, pre_tokenizer={"type": "Digits", "individual_digits": individual})
        for prefix in [False, True]:
            pre = BYTE_LEVEL | {"add_prefix_space": prefix, "use_regex": individual}
            yield f"byte level {individual} {prefix}", tokenizer({}, alphabet, pre_tokenizer=pre, decoder=BYTE_LEVEL,
                                                                 tokens=[added("<m>"), added("日")])
    for scheme in ["always", "first", "never"]:
        for cuts in [False, True]:
            yield f"metaspace {scheme} {cuts}", tokenizer(unk, pre_tokenizer=metaspace(scheme, cuts),
                                                          decoder=metaspace(scheme, cuts), tokens=[added("<m>")])
        for normalizer in [{"type": "Strip", "strip_left": True, "strip_right": False}, replace({"String": "a"}, "")]:
            yield f"metaspace {scheme} {normalizer['type']}", tokenizer(unk, pre_tokenizer=metaspace(scheme), normalizer=normalizer)
    yield "whitespace", tokenizer(unk, pre_tokenizer={"type": "Whitespace"})
    for normalizer in [
        {"type": "NFC"}, {"type": "NFD"}, {"type": "NFKC"}, {"type": "NFKD"}, {"type": "Lowercase"},
        {"type": "Strip", "strip_left": True, "strip_right": True},
        {"type": "Strip", "strip_left": False, "strip_right": True},
        {"type": "Prepend", "prepend": "▁"}, replace({"String": "a"}, "bb"), replace({"String": ""}, "-"),
        replace({"Regex": r"\s+|e*"}, "_"), replace({"String": "a"}, "$1"),
        {"type": "Sequence", "normalizers": [{"type": "NFKD"}, {"type": "Lowercase"}, replace({"Regex": r"\p{Mn}"}, "")]},
    ]:
        yield f"normalizer {json.dumps(normalizer)}", tokenizer(unk, normalizer=normalizer)
    for name, model in {
        "none": {}, "unknown": unk, "fused": unk | {"fuse_unk": True}, "ignored merges": unk | {"ignore_merges": True},
        "prefix": unk | {"continuing_subword_prefix": "##"}, "suffix": unk | {"end_of_word_suffix": "</w>"},
    }.items():
        yield f"model {name}", tokenizer(model, size=150, pre_tokenizer={"type": "Whitespace"})
    for fuse in [False, True]:
        spec = tokenizer(unk | {"fuse_unk": fuse, "byte_fallback": True}, decoder={"type": "Sequence", "decoders": [
            {"type": "ByteFallback"}, {"type": "Fuse"}]})
        spec["model"]["vocab"] = {"<unk>": 0} | {t: i + 1 for i, t in enumerate(
            ["a", "b", "e"] + [f"<0x{b:02X}>" for b in range(256) if b not in (0xE6, 0x81)])}
        spec["model"]["merges"] = []
        yield f"model bytes {fuse}", spec
    yield "added", tokenizer(unk, tokens=[
        added("<m>", lstrip=True, rstrip=True), added("<n>", rstrip=True), added("xx", single_word=True),
        added("aa", special=False), added("aaa"), added("日", single_word=True, lstrip=True), added(" the", rstrip=True)])
    yield "added normalized", tokenizer(unk, normalizer={"type": "Lowercase"}, tokens=[
        added("HI", normalized=True, special=False), added("XX", normalized=True), added("ABc"), added("low")])
    yield "added prepended", tokenizer(unk, normalizer={"type": "Prepend", "prepend": "▁"}, tokens=[
        added("the", normalized=True), added("<m>")])
    template = {"type": "TemplateProcessing", "single": [
        {"SpecialToken": {"id": "<m>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}},
        {"SpecialToken": {"id": "two", "type_id": 0}}], "pair": [
        {"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 0}}],
        "special_tokens": {"<m>": {"id": "<m>", "ids": [330], "tokens": ["<m>"]},
                           "two": {"id": "two", "ids": [5, 6], "tokens": ["x", "y"]}}}
    for post in [template, {"type": "Sequence", "processors": [BYTE_LEVEL, template, BYTE_LEVEL]}]:
        yield f"post {post['type']}", tokenizer({}, alphabet, pre_tokenizer=BYTE_LEVEL, post_processor=post,
                                                decoder=BYTE_LEVEL, tokens=[added("<m>")])
    for decoder in [
        {"type": "Fuse"}, {"type": "Strip", "content": "e", "start": 1, "stop": 2},
        {"type": "Strip", "content": "a", "start": 2, "stop": 1}, replace({"String": "e"}, " "),
        replace({"Regex": "[aeiou]+|x*"}, "V"), BYTE_LEVEL, metaspace("first"),
        {"type": "Sequence", "decoders": [{"type": "Fuse"}, {"type": "Strip", "content": "a", "start": 3, "stop": 3}]},
        {"type": "Sequence", "decoders": [{"type": "Fuse"}, replace({"String": "ee"}, "E"), {"type": "Fuse"}]},
        {"type": "Sequence", "decoders": [metaspace("always"), BYTE_LEVEL, {"type": "Strip", "content": " ", "start": 1, "stop": 1}]},
    ]:
        yield f"decoder {json.dumps(decoder)}", tokenizer(unk, alphabet, size=400, decoder=decoder, tokens=[added("<m>"), added("日")])


def texts():
    yield ""
    yield " "
    yield "".join(PARTS)
    yield "  a<m>  <m> <n> xx xxx日 日xx"
    for _ in range(26):
        yield "".join(RNG.choices(PARTS, k=RNG.randint(1, 14)))


def decoded(tok, plain, ids):
    """Nothing when the library panics: 0.23 reads beyond a token that is shorter than the stop of a Strip decoder."""
    try:
        return {"decoded": tok.decode(plain, skip_special_tokens=False), "decoded_skip_special": tok.decode(ids)}
    except BaseException as panic:
        if type(panic).__name__ != "PanicException":
            raise
        return None


def main():
    out = []
    for name, spec in components():
        tok = Tokenizer.from_str(json.dumps(spec))
        assert all(tok.token_to_id(t["content"]) == t["id"] for t in spec["added_tokens"]), name
        # From 0.23 on a token sought in the normalised text decodes to its normalised spelling; earlier to its own.
        decodable = not any(token["normalized"] for token in spec["added_tokens"])
        cases, decodes = [], []
        for text in texts():
            ids, plain = tok.encode(text).ids, tok.encode(text, add_special_tokens=False).ids
            both = decoded(tok, plain, ids) if decodable else {}
            if both is not None:
                cases.append({"text": text, "ids": ids, "ids_without_special": plain} | both)
        for _ in range(10 if decodable else 0):
            ids = [RNG.randrange(tok.get_vocab_size() + 5) for _ in range(RNG.randint(0, 12))]
            both = decoded(tok, ids, ids)
            if both is not None:
                decodes.append({"ids": ids} | both)
        out.append(json.dumps({"name": name, "tokenizer": spec, "cases": cases, "decodes": decodes}, ensure_ascii=False))
    target = pathlib.Path(__file__).parent / "components.jsonl.gz"
    target.write_bytes(gzip.compress(("\n".join(out) + "\n").encode(), 9, mtime=0))
    print(f"{len(out)} tokenizers, {target.stat().st_size} bytes")


main()
