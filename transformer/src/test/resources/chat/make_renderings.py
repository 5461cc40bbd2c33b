"""Writes renderings.jsonl: what transformers' apply_chat_template gives for the templates here, by Jinja2 3.1.6 set up as there."""
import json, sys, glob
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2 import TemplateError
import datetime
def raise_exception(m): raise TemplateError(m)
def tojson(x, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
    return json.dumps(x, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)
env=ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.loopcontrols"])
env.filters["tojson"]=tojson
env.globals["raise_exception"]=raise_exception
env.globals["strftime_now"]=lambda f: datetime.datetime(2026,11,5,13,4,9).strftime(f)
conv=[
 ("user",[{"role":"user","content":"  What is 6*7? <b> & \"quoted\" 'x' \u00e9\u4f60 "}]),
 ("system",[{"role":"system","content":" You add. \n"},{"role":"user","content":"1+1"}]),
 ("turns",[{"role":"user","content":"hello\n\n there"},{"role":"assistant","content":" Hi! \\n {{ x }} {% raw %}"},{"role":"user","content":"bye"}]),
 ("white space",[{"role":"user","content":"\u00a0\u3000\u2007\u0085\u001c\u200b x \u200b\n\u202f\u2003"}]),
 ("system-turns",[{"role":"system","content":"Be brief."},{"role":"user","content":"a"},{"role":"assistant","content":"b"},{"role":"user","content":"c"},{"role":"assistant","content":""},{"role":"user","content":"e"}]),
]
out=[]
for f in sorted(glob.glob("*.jinja")):
    t=env.from_string(open(f).read())
    for n,m in conv:
        for g in (True,False):
            try: r={"rendered":t.render(messages=m,add_generation_prompt=g,bos_token="<s>",eos_token="</s>")}
            except TemplateError as e: r={"error":str(e)}
            out.append({"template":f,"name":n,"messages":m,"add_generation_prompt":g,**r})
bad=env.from_string(open("llama-2.jinja").read())
m=[{"role":"user","content":"a"},{"role":"user","content":"b"}]
try: bad.render(messages=m,add_generation_prompt=True,bos_token="<s>",eos_token="</s>")
except TemplateError as e: out.append({"template":"llama-2.jinja","name":"not alternating","messages":m,"add_generation_prompt":True,"error":str(e)})
open("renderings.jsonl","w").write("".join(json.dumps(o,ensure_ascii=False)+"\n" for o in out))
