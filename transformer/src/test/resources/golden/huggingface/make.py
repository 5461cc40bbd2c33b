"""Writes the checkpoints, adapters and numbers beside it with PyTorch 2.13, transformers 5.18 and peft 0.21 (CPU):
what LlamaForCausalLM and peft save, the scores they give, and what two steps of torch.optim.AdamW make of them."""
import json
import pathlib
import shutil

import torch
from peft import LoraConfig, get_peft_model
from transformers import LlamaConfig, LlamaForCausalLM

HERE = pathlib.Path(__file__).parent
IDS = [1, 17, 3, 42, 42, 8, 60, 5, 11, 29, 2]
TEXTS = [([1, 5, 9, 33, 2], 2), ([1, 7, 7, 40, 12, 51, 2], 4)]  # ids, and how many of them are given
MODELS = {
    "llama3": dict(hidden_size=16, intermediate_size=24, num_attention_heads=4, num_key_value_heads=2, head_dim=8,
                   tie_word_embeddings=True, dtype=torch.float32, shard="1GB",
                   rope_parameters=dict(rope_type="llama3", rope_theta=500000.0, factor=8.0, low_freq_factor=1.0,
                                        high_freq_factor=4.0, original_max_position_embeddings=32)),
    "biased": dict(hidden_size=16, intermediate_size=24, num_attention_heads=2, num_key_value_heads=2,
                   tie_word_embeddings=False, attention_bias=True, mlp_bias=True, dtype=torch.bfloat16, shard="4KB",
                   rope_parameters=dict(rope_type="linear", rope_theta=10000.0, factor=2.0)),
}


def scores(model):
    """Scores after the last id and log-probabilities of all but the first, in double precision."""
    with torch.no_grad():
        logits = model(torch.tensor([IDS])).logits[0].double()
    logprobs = torch.log_softmax(logits, -1)
    return dict(logits_last=logits[-1].tolist(),
                token_logprobs=[logprobs[t, IDS[t + 1]].item() for t in range(len(IDS) - 1)])


def train(model):
    """Two steps on TEXTS; loss and gradient norm before each."""
    trained = [p for p in model.parameters() if p.requires_grad]
    # A large epsilon, since a first step with a small one is little more than the sign of the gradient.
    optimiser = torch.optim.AdamW(trained, lr=0.05, betas=(0.9, 0.999), eps=1e-3, weight_decay=0.01)
    report = []
    for _ in range(2):
        total, count = 0, 0
        for ids, given in TEXTS:
            logprobs = torch.log_softmax(model(torch.tensor([ids])).logits[0], -1)
            for t in range(given, len(ids)):
                total, count = total - logprobs[t - 1, ids[t]], count + 1
        loss = total / count
        optimiser.zero_grad()
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(trained, 0.5)
        optimiser.step()
        report.append(dict(loss=loss.item(), gradient_norm=norm.item()))
    return report


def save(model, folder, **more):
    shutil.rmtree(folder, ignore_errors=True)
    model.save_pretrained(folder, **more)
    (folder / "README.md").unlink(missing_ok=True)
    config = folder / "adapter_config.json"
    if config.exists():  # it names the base by where it was on this machine
        config.write_text(json.dumps(json.loads(config.read_text()) | dict(base_model_name_or_path=".."), indent=2) + "\n")


def loaded(folder):
    return LlamaForCausalLM.from_pretrained(folder, dtype=torch.float64, attn_implementation="eager")


for name, settings in MODELS.items():
    torch.manual_seed(7)
    settings, shard = dict(settings), settings["shard"]
    del settings["shard"]
    model = LlamaForCausalLM(LlamaConfig(vocab_size=64, num_hidden_layers=2, max_position_embeddings=128, initializer_range=0.3,
                                         bos_token_id=1, eos_token_id=2, pad_token_id=0, **settings))
    with torch.no_grad():  # biases and norms begin as 0 and 1, which would hide that they are not used
        for p in model.parameters():
            p.add_(0.1 * torch.randn_like(p))
    model = model.to(settings["dtype"])
    save(model, HERE / name, max_shard_size=shard)
    golden = dict(ids=IDS, texts=[dict(ids=ids, given=given) for ids, given in TEXTS], base=scores(loaded(HERE / name)))

    tuned = loaded(HERE / name)
    golden["training"] = train(tuned)
    golden["trained"] = scores(tuned)

    adapted = get_peft_model(loaded(HERE / name), LoraConfig(r=2, lora_alpha=6, target_modules=["q_proj", "v_proj", "down_proj"],
                                                           task_type="CAUSAL_LM"))
    with torch.no_grad():
        for parameter, p in adapted.named_parameters():
            if "lora_" in parameter:
                p.copy_((0.2 * torch.randn_like(p)).float())
    save(adapted.float(), HERE / name / "adapter")
    adapted = adapted.double()
    golden["adapted"] = scores(adapted)
    golden["adapter_training"] = train(adapted)
    golden["adapter_trained"] = scores(adapted)
    (HERE / name / "golden.json").write_text(json.dumps(golden))
